package dev.jbuild.engine;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.context.SourceTree;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;

/** Reads Buildfiles from trees. */
final class TreeText {
    private TreeText() {}

    static String read(SourceTree tree, RawPath file) throws JbuildException {
        try (InputStream in = tree.open(file)) {
            return Buildfile.read(in);
        } catch (IOException e) {
            throw new EnvironmentError("/" + file + " can't be read: " + e.getMessage(), e);
        }
    }
}
