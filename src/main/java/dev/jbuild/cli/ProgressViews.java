package dev.jbuild.cli;

import dev.jbuild.config.EnvironmentVariable;
import dev.jbuild.problem.UsageError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Chooses how progress is shown: flag, then environment, then whether somebody watches. */
final class ProgressViews {
    enum Kind {
        PLAIN,
        TTY,
        RAWJSON,
        QUIET,
        /** As quiet, but with what the user should know. */
        NOTICES
    }

    private static final int DEFAULT_LOG_LINES = 6;
    private static final int REDRAW_MILLIS = 100;
    private static final int SHORT_NAME = 72;
    private static final int TURNS_MILLIS = 250;

    private final Console console;
    private final boolean debug;
    private final Optional<Duration> heartbeat;

    /** @param debug whether to say all that is known of warnings */
    ProgressViews(Console console, boolean debug) {
        this(console, debug, Optional.of(Duration.ofMinutes(1)));
    }

    private ProgressViews(Console console, boolean debug, Optional<Duration> heartbeat) {
        this.console = console;
        this.debug = debug;
        this.heartbeat = heartbeat;
    }

    /** The same, which in lines says every so often that something goes on; never if absent. */
    ProgressViews withHeartbeat(Optional<Duration> interval) {
        return new ProgressViews(console, debug, interval);
    }

    /** Decides on a kind, from the flags {@code --quiet} and {@code --progress}. */
    Kind kind(boolean quiet, @Nullable String flag) throws UsageError {
        if (flag != null) {
            Kind asked = kind(flag, "--progress");
            return quiet && asked != Kind.RAWJSON ? Kind.QUIET : asked;
        }
        if (quiet) {
            return Kind.QUIET;
        }
        Optional<String> ours = console.variable(EnvironmentVariable.JBUILD_PROGRESS);
        if (ours.isPresent()) {
            return kind(ours.get(), "JBUILD_PROGRESS");
        }
        return kind(console.variable(EnvironmentVariable.BUILDKIT_PROGRESS).orElse("auto"), "BUILDKIT_PROGRESS");
    }

    private Kind kind(String name, String origin) throws UsageError {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "auto", "" -> console.redrawable() ? Kind.TTY : Kind.PLAIN;
            case "plain" -> Kind.PLAIN;
            case "tty" -> {
                if (!console.errorIsTerminal()) {
                    throw new UsageError(origin + "=tty, but standard error is not a terminal", "use auto or plain");
                }
                yield Kind.TTY;
            }
            case "rawjson" -> Kind.RAWJSON;
            case "quiet", "none" -> Kind.QUIET;
            case "notices" -> Kind.NOTICES;
            default ->
                throw new UsageError(
                        origin + ": unknown kind \"" + name + "\"", "known are auto, plain, tty, rawjson and quiet");
        };
    }

    ProgressView open(Kind kind) throws UsageError {
        return switch (kind) {
            case PLAIN ->
                new TickingProgress(
                        new PlainProgress(console.err(), notices(), summary(), longestName(), heartbeat),
                        TURNS_MILLIS,
                        InstantSource.system());
            case RAWJSON -> new RawJsonProgress(console.err());
            case QUIET -> new QuietProgress(console.err(), Optional.empty());
            case NOTICES -> new QuietProgress(console.err(), Optional.of(notices()));
            case TTY -> tty();
        };
    }

    private Notices notices() {
        return new Notices(debug, console.colour());
    }

    private SummaryText summary() {
        return new SummaryText(debug);
    }

    private ProgressView tty() throws UsageError {
        AtomicReference<TtyProgress.Size> size =
                new AtomicReference<>(new TtyProgress.Size(console.width(), console.height()));
        Interrupt.onResize(() -> measure().ifPresent(size::set));
        TtyProgress view = new TtyProgress(console.err(), notices(), summary(), size::get, colours(), logLines());
        return new TickingProgress(view, redrawMillis(), InstantSource.system());
    }

    private TtyColours colours() throws UsageError {
        if (!console.colour()) {
            return TtyColours.none();
        }
        Optional<String> changes = console.variable(EnvironmentVariable.BUILDKIT_COLORS);
        return changes.isPresent() ? TtyColours.of(changes.get()) : TtyColours.usual();
    }

    private int logLines() {
        return number(EnvironmentVariable.BUILDKIT_TTY_LOG_LINES, DEFAULT_LOG_LINES);
    }

    private int redrawMillis() {
        return Math.max(1, number(EnvironmentVariable.TTY_DISPLAY_RATE, REDRAW_MILLIS));
    }

    /** Names are whole unless the user asks for short ones. */
    private int longestName() {
        boolean cut = console.variable(EnvironmentVariable.PROGRESS_NO_TRUNC)
                .filter("0"::equals)
                .isPresent();
        return cut ? SHORT_NAME : Integer.MAX_VALUE;
    }

    private int number(EnvironmentVariable variable, int otherwise) {
        try {
            return Math.max(0, console.variable(variable).map(Integer::parseInt).orElse(otherwise));
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** The size of the terminal, asked from {@code stty}, for the JVM can't. */
    private static Optional<TtyProgress.Size> measure() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/tty")))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (InputStream out = stty.getInputStream()) {
                String[] size = new String(out.readAllBytes(), StandardCharsets.US_ASCII)
                        .strip()
                        .split(" ", -1);
                return size.length == 2
                        ? Optional.of(new TtyProgress.Size(Integer.parseInt(size[1]), Integer.parseInt(size[0])))
                        : Optional.empty();
            }
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
