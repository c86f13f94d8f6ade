package dev.jbuild.solver;

import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Chooses the step that carries out a vertex's operation. */
public final class StepRunners {
    private final StepTools tools;
    private final Set<Vertex> mounted = new HashSet<>();

    /**
     * @param vertices all that there are: what of them processes see needs directories, and so does what is copied from, or
     *     it would be unpacked for that
     */
    public StepRunners(StepTools tools, List<Vertex> vertices) {
        this.tools = tools;
        for (Vertex vertex : vertices) {
            if (vertex.op() instanceof Op.Run) {
                vertex.inputs().forEach(this::markMounted);
            } else if (vertex.op() instanceof Op.Copy copy) {
                vertex.inputs().stream().skip(copy.hasBase() ? 1 : 0).forEach(this::markMounted);
            }
        }
    }

    /** With all that it lies on. */
    private void markMounted(Vertex root) {
        for (Vertex vertex = root; mounted.add(vertex) && vertex.op().hasBase(); ) {
            vertex = vertex.inputs().get(0);
        }
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
            return new CopyVertexStep(vertex.name(), copy, inputs, tools, mounted.contains(vertex));
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
