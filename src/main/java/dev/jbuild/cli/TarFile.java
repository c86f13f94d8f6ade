package dev.jbuild.cli;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file that a command writes an archive to, or standard output in its place. */
final class TarFile {
    private static final int BUFFER = 1 << 16;

    private TarFile() {}

    /** Writes the archive. */
    @FunctionalInterface
    interface Writing<T> {
        T to(OutputStream out) throws IOException, JbuildException;
    }

    /**
     * Has an archive written. A file that is there stays as it is until the new one is whole.
     *
     * @param output the file; {@code -} is standard output
     */
    static <T> T write(Console console, String output, Writing<T> writing) throws JbuildException {
        try {
            if (!output.equals("-")) {
                return toFile(console.resolve(output), writing);
            }
            if (console.outputIsTerminal()) {
                throw new UsageError(
                        "an archive would be written to the terminal", "use -o FILE or redirect the output");
            }
            OutputStream out = new BufferedOutputStream(console.out(), BUFFER);
            T result = writing.to(out);
            out.flush();
            return result;
        } catch (IOException e) {
            throw new EnvironmentError("can't write " + output + ": " + e.getMessage(), e);
        }
    }

    private static <T> T toFile(Path file, Writing<T> writing) throws IOException, JbuildException {
        boolean replaced = !Files.exists(file) || Files.isRegularFile(file);
        Path target = replaced
                ? file.resolveSibling(
                        "." + file.getFileName() + "." + ProcessHandle.current().pid())
                : file;
        try {
            T result;
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(target), BUFFER)) {
                result = writing.to(out);
            }
            if (replaced) {
                Files.move(target, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return result;
        } finally {
            if (replaced) {
                deleteQuietly(target);
            }
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // What failed before says more.
        }
    }
}
