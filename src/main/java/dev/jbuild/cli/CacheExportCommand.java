package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.layer.Compression;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.progress.Cancellation;
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
            leftOut = TarFile.write(
                    console, output, out -> engine.caches().exportTo(cache, compression, out, cancellation));
        }
        if (leftOut > 0) {
            console.err()
                    .println("left out, for a tar can't hold them: "
                            + Quantities.counted(Math.toIntExact(leftOut), "socket"));
        }
        return ExitCode.OK;
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
