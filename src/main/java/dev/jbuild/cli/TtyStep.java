package dev.jbuild.cli;

import dev.jbuild.progress.BuildEvent.Outcome;
import dev.jbuild.progress.BuildEvent.Stream;
import dev.jbuild.progress.BuildEvent.VertexOutput;
import dev.jbuild.progress.BuildEvent.VertexTransfer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the picture of a build shows of one step. */
final class TtyStep {
    private static final int BAR = 20;
    /** Of many transfers at once only so many are shown. */
    private static final int MOST_TRANSFERS = 8;

    private record Transfer(VertexTransfer last, Instant began) {}

    private final String name;
    private final Instant started;
    private final int logLines;
    private final Deque<String> tail = new ArrayDeque<>();
    private final Map<Stream, OutputLines> unfinished = new EnumMap<>(Stream.class);
    private final Map<String, Transfer> transfers = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private String explanation = "";
    private @Nullable Instant ended;
    private String mark = "";
    private TtyColours.Role colour = TtyColours.Role.RUN;

    TtyStep(String name, Instant started, int logLines) {
        this.name = name;
        this.started = started;
        this.logLines = logLines;
    }

    String name() {
        return name;
    }

    boolean isOver() {
        return ended != null;
    }

    void cached(Instant time) {
        ended = time;
        mark = "CACHED ";
    }

    void warned(String text) {
        warnings.add(text);
    }

    /** Why the step was not in the cache, which stays in the picture. */
    void explained(String text) {
        explanation = text;
    }

    /** Returns the lines that this output completed. */
    List<String> printed(VertexOutput output) {
        List<String> lines = unfinished
                .computeIfAbsent(output.stream(), key -> new OutputLines())
                .add(output.bytes());
        return remember(lines, output.time());
    }

    void moved(VertexTransfer transfer) {
        Transfer known = transfers.get(transfer.item());
        if (transfer.done()) {
            transfers.remove(transfer.item());
        } else {
            transfers.put(transfer.item(), new Transfer(transfer, known == null ? transfer.time() : known.began()));
        }
    }

    /** Returns the last lines, which had no end. */
    List<String> finished(Outcome outcome, Instant time) {
        List<String> last = new ArrayList<>();
        unfinished.values().forEach(lines -> last.addAll(lines.finish()));
        ended = time;
        mark = switch (outcome) {
            case DONE -> "";
            case FAILED -> "ERROR ";
            case CANCELLED -> "CANCELED ";
        };
        colour = switch (outcome) {
            case DONE -> TtyColours.Role.RUN;
            case FAILED -> TtyColours.Role.ERROR;
            case CANCELLED -> TtyColours.Role.CANCEL;
        };
        transfers.clear();
        return remember(last, time);
    }

    private List<String> remember(List<String> lines, Instant time) {
        String offset = Quantities.offset(Duration.between(started, time));
        for (String line : lines) {
            tail.addLast(TerminalText.clean(line));
            if (tail.size() > logLines) {
                tail.removeFirst();
            }
        }
        return lines.stream().map(line -> offset + " " + line).toList();
    }

    /** The lines of the picture; {@code details} shows output and transfers of a running step too. */
    List<String> lines(Instant now, int width, boolean details, TtyColours colours) {
        List<String> lines = new ArrayList<>();
        Instant end = ended;
        String time = Quantities.seconds(Duration.between(started, end == null ? now : end));
        String line = TerminalText.justify(" => " + mark + name, time, width - 1);
        lines.add(end == null ? line : colours.paint(line, colour));
        if (!explanation.isEmpty()) {
            lines.add(TerminalText.fit(" => => " + TerminalText.clean(explanation), width - 1));
        }
        for (String warning : warnings) {
            lines.add(colours.paint(
                    TerminalText.justify(" => WARN: " + warning, time, width - 1), TtyColours.Role.WARNING));
        }
        if (end == null && details) {
            transfers.values().stream().limit(MOST_TRANSFERS).forEach(transfer -> lines.add(bar(transfer, now, width)));
            tail.forEach(text -> lines.add(TerminalText.fit(" => => # " + text, width - 1)));
        }
        return lines;
    }

    private static String bar(Transfer transfer, Instant now, int width) {
        long current = transfer.last().current();
        long total = transfer.last().total();
        String time = Quantities.seconds(Duration.between(transfer.began(), now));
        String bytes = Quantities.progress(current) + (total > 0 ? " / " + Quantities.progress(total) : "");
        String picture = "";
        if (total > 0 && width >= 60) {
            int full = (int) Math.min(BAR, BAR * current / total);
            picture = "[" + "=".repeat(full) + (full < BAR ? ">" : "") + " ".repeat(Math.max(0, BAR - full - 1)) + "] ";
        }
        return TerminalText.justify(" => => " + transfer.last().item(), picture + bytes + " " + time, width - 1);
    }
}
