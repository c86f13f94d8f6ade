package dev.jbuild.solver.copy;

import dev.jbuild.context.SourceTree;
import dev.jbuild.graph.Op;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.nio.file.Path;

/** WORKDIR: makes a directory, with its parents, where there is none. */
public final class DirectoryStep {
    private DirectoryStep() {}

    /**
     * Makes the directory in a fresh upper directory over the base.
     *
     * @return whether anything was made; if not, the directory was there and the upper directory is of no use
     */
    public static boolean execute(Op.Mkdir op, SourceTree base, Path upper) throws JbuildException {
        Owner owner = op.owner().isPresent() ? Owner.parse(op.owner().get(), base, op.hasBase()) : Owner.ROOT;
        try (Target target = new Target(new WrittenFiles(upper), base)) {
            RawPath path = target.resolve(RawPath.ROOT, RawPath.of(op.path()));
            boolean made = target.makeDirectories(path, 0755, owner);
            target.finish();
            return made;
        } catch (IOException e) {
            throw CopyStep.failure("making the directory " + op.path() + " failed", e);
        }
    }
}
