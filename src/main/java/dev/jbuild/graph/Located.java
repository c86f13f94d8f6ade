package dev.jbuild.graph;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.UserError;

/** Says of a problem which lines it is about, unless it knows already. */
final class Located {
    private Located() {}

    /** The same problem, which happened at {@code where}. */
    static JbuildException at(SourceExcerpt where, JbuildException problem) {
        return at(where, problem, problem.what());
    }

    /** The same problem in other words. */
    static JbuildException at(SourceExcerpt where, JbuildException problem, String what) {
        if (problem.where().isPresent()) {
            return problem;
        }
        if (problem instanceof UserError && problem.getClass() == UserError.class) {
            return new UserError(what, where, problem.hints(), problem.getCause());
        }
        if (problem instanceof RemoteError) {
            return new RemoteError(what, where, problem.hints(), problem.getCause());
        }
        if (problem instanceof EnvironmentError) {
            return new EnvironmentError(what, where, problem.hints(), problem.getCause());
        }
        return problem;
    }
}
