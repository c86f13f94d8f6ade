package dev.jbuild.engine;

import dev.jbuild.context.SourceTree;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads texts from trees. */
final class TreeText {
    /** No Buildfile is as long as what somebody may have put in its place. */
    private static final int LONGEST = 64 << 20;

    private TreeText() {}

    static String read(SourceTree tree, RawPath file) throws JbuildException {
        try (InputStream in = tree.open(file)) {
            byte[] bytes = in.readNBytes(LONGEST + 1);
            if (bytes.length > LONGEST) {
                throw new UserError("/" + file + " is too long for a Buildfile");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new EnvironmentError("/" + file + " can't be read: " + e.getMessage(), e);
        }
    }
}
