package dev.jbuild.solver;

import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.util.List;

/** Chooses the step that carries out a vertex's operation. */
public final class StepRunners {
    private final StepTools tools;

    public StepRunners(StepTools tools) {
        this.tools = tools;
    }

    StepResult download(Op.Http op, StepEvents told, Cancellation cancellation) throws JbuildException {
        return tools.remotes().file(op, told, cancellation);
    }

    BuildSteps.LayerStep step(Vertex vertex, List<StepResult> inputs) throws JbuildException {
        Op op = vertex.op();
        if (op instanceof Op.Run run) {
            return new RunStep(vertex, run, inputs, tools);
        }
        if (op instanceof Op.Copy copy) {
            return new CopyVertexStep(copy, inputs, tools);
        }
        if (op instanceof Op.Git git) {
            return new GitStep(git, tools);
        }
        if (op instanceof Op.Mkdir mkdir) {
            return new MkdirStep(mkdir, inputs, tools);
        }
        throw new AssertionError("no layer is made by " + op);
    }
}
