package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.layer.Compression;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.progress.Cancellation;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild cache export}. */
@Command(name = "export", description = "Write a cache mount to a tar, for another machine or another day.")
final class CacheExportCommand implements JbuildCommand {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "The tar, compressed as its name says (.gz, .tgz, .zst); without it, or with -, standard output.")
    private String output = "-";

    @Option(
            names = "--compress",
            paramLabel = "none|gzip|zstd",
            description = "How it is compressed, whatever its name is.")
    private @Nullable String compress;

    @Parameters(paramLabel = "CACHE", description = "An id, with or without NAMESPACE/, or a name.")
    private String cache = "";

    @Override
    public int run(Invocation invocation) throws JbuildException {
        Console console = invocation.console();
        Compression compression = compression();
        Cancellation cancellation = Invocation.interruptible();
        long leftOut;
        try (Engine engine = invocation.open()) {
            if (output.equals("-")) {
                if (console.outputIsTerminal()) {
                    throw new UsageError(
                            "an archive would be written to the terminal", "use -o FILE or redirect the output");
                }
                leftOut = engine.caches().exportTo(cache, compression, console.out(), cancellation);
            } else {
                leftOut = toFile(engine, console.resolve(output), compression, cancellation);
            }
        }
        if (leftOut > 0) {
            console.err()
                    .println("left out, for a tar can't hold them: "
                            + Quantities.counted(Math.toIntExact(leftOut), "socket"));
        }
        return ExitCode.OK;
    }

    /** A file that is there stays as it is until the new one is whole. */
    private long toFile(Engine engine, Path file, Compression compression, Cancellation cancellation)
            throws JbuildException {
        boolean replaced = !Files.exists(file) || Files.isRegularFile(file);
        Path target = replaced
                ? file.resolveSibling(
                        "." + file.getFileName() + "." + ProcessHandle.current().pid())
                : file;
        try {
            long leftOut;
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(target), 1 << 16)) {
                leftOut = engine.caches().exportTo(cache, compression, out, cancellation);
            }
            if (replaced) {
                Files.move(target, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return leftOut;
        } catch (IOException e) {
            throw new EnvironmentError("can't write " + output + ": " + e.getMessage(), e);
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

    private Compression compression() throws UsageError {
        String asked = compress;
        if (asked != null) {
            return switch (asked) {
                case "none", "uncompressed" -> Compression.NONE;
                case "gzip" -> Compression.GZIP;
                case "zstd" -> Compression.ZSTD;
                default -> throw new UsageError("--compress " + asked, "known are none, gzip and zstd");
            };
        }
        String name = output.toLowerCase(Locale.ROOT);
        if (name.endsWith(".gz") || name.endsWith(".tgz")) {
            return Compression.GZIP;
        }
        if (name.endsWith(".zst") || name.endsWith(".tzst")) {
            return Compression.ZSTD;
        }
        if (name.matches(".*\\.(xz|txz|bz2|tbz2?)")) {
            throw new UsageError(
                    output + ": jbuild doesn't write this compression", "use .zst or .gz, or say --compress");
        }
        return Compression.NONE;
    }
}
