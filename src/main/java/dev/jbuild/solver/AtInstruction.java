package dev.jbuild.solver;

import dev.jbuild.cache.remote.LostResult;
import dev.jbuild.graph.Vertex;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.UserError;

/** Says of a problem which instruction it is about, where its thrower, deep below, could not know. */
final class AtInstruction {
    private AtInstruction() {}

    static JbuildException of(Vertex vertex, JbuildException problem) {
        boolean triedAgain = problem instanceof LostResult;
        if (triedAgain || problem.where().isPresent() || vertex.source().isEmpty()) {
            return problem;
        }
        SourceExcerpt where = vertex.source().get();
        if (problem instanceof UserError) {
            return new UserError(problem.what(), where, problem.hints(), problem);
        }
        if (problem instanceof RemoteError) {
            return new RemoteError(problem.what(), where, problem.hints(), problem);
        }
        if (problem instanceof EnvironmentError) {
            return new EnvironmentError(problem.what(), where, problem.hints(), problem);
        }
        return problem;
    }
}
