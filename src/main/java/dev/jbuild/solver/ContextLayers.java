package dev.jbuild.solver;

import dev.jbuild.context.SourceTree;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.snapshot.LayerStack;
import java.nio.file.Path;

final class ContextLayers {
    ContextLayers(StepTools tools) {}

    LayerStack of(SourceTree tree, String source) throws JbuildException {
        throw new UserError("TODO" + tree + source);
    }

    void copyTo(SourceTree tree, String source, Path directory) throws JbuildException {
        throw new UserError("TODO" + tree + source + directory);
    }
}
