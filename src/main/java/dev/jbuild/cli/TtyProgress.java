package dev.jbuild.cli;

import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.BuildEvent.BuildEnded;
import dev.jbuild.progress.BuildEvent.Notice;
import dev.jbuild.progress.BuildEvent.Outcome;
import dev.jbuild.progress.BuildEvent.VertexCached;
import dev.jbuild.progress.BuildEvent.VertexExplained;
import dev.jbuild.progress.BuildEvent.VertexFinished;
import dev.jbuild.progress.BuildEvent.VertexOutput;
import dev.jbuild.progress.BuildEvent.VertexStarted;
import dev.jbuild.progress.BuildEvent.VertexTransfer;
import dev.jbuild.progress.BuildEvent.VertexWarning;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Progress as a picture that is redrawn in place: a line for each step with its time, the last lines that running ones
 * printed, and bars for bytes on their way.
 */
final class TtyProgress implements ProgressView {
    /** Columns and lines of the terminal. */
    record Size(int width, int height) {}

    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final PrintStream out;
    private final Supplier<Size> size;
    private final TtyColours colours;
    private final int logLines;
    private final Map<String, TtyStep> steps = new LinkedHashMap<>();
    private final FailureLog failures = new FailureLog();
    private final Notices notices;
    private final SummaryText summary;
    private Instant began = Instant.MAX;
    private Instant now = Instant.MIN;
    private int drawn;
    private boolean closed;
    private boolean held;

    TtyProgress(
            PrintStream out,
            Notices notices,
            SummaryText summary,
            Supplier<Size> size,
            TtyColours colours,
            int logLines) {
        this.out = out;
        this.notices = notices;
        this.summary = summary;
        this.size = size;
        this.colours = colours;
        this.logLines = logLines;
    }

    @Override
    public synchronized void accept(BuildEvent event) {
        now = event.time().isAfter(now) ? event.time() : now;
        began = event.time().isBefore(began) ? event.time() : began;
        if (event instanceof VertexStarted started) {
            steps.put(started.vertex(), new TtyStep(PlainProgress.oneLine(started.name()), started.time(), logLines));
        } else if (event instanceof VertexCached cached) {
            TtyStep step = new TtyStep(PlainProgress.oneLine(cached.name()), cached.time(), logLines);
            step.cached(cached.time());
            cached.source().ifPresent(source -> step.explained("reused from " + source));
            steps.put(cached.vertex(), step);
        } else if (event instanceof VertexFinished finished) {
            finish(finished);
        } else if (event instanceof VertexOutput output) {
            TtyStep step = steps.get(output.vertex());
            if (step != null) {
                step.printed(output).forEach(line -> failures.line(output.vertex(), line));
            }
        } else if (event instanceof VertexTransfer transfer) {
            TtyStep step = steps.get(transfer.vertex());
            if (step != null) {
                step.moved(transfer);
            }
        } else if (event instanceof VertexExplained explained) {
            TtyStep step = steps.get(explained.vertex());
            if (step != null) {
                step.explained(explained.text());
            }
        } else if (event instanceof VertexWarning warning) {
            notices.add(warning);
            TtyStep step = steps.get(warning.vertex());
            if (step != null) {
                step.warned(warning.text());
            }
        } else if (event instanceof Notice notice) {
            notices.add(notice);
        } else if (event instanceof BuildEnded end) {
            summary.ended(end);
        }
    }

    private void finish(VertexFinished finished) {
        TtyStep step = steps.get(finished.vertex());
        if (step == null) {
            return;
        }
        step.finished(finished.outcome(), finished.time()).forEach(line -> failures.line(finished.vertex(), line));
        if (finished.outcome() == Outcome.FAILED) {
            failures.failed(finished.vertex(), step.name());
        } else {
            failures.succeeded(finished.vertex());
        }
    }

    @Override
    public synchronized void hold() {
        tick(now);
        held = true;
    }

    @Override
    public synchronized void release() {
        held = false;
        drawn = 0;
    }

    @Override
    public synchronized void tick(Instant time) {
        if (!held && !closed && !steps.isEmpty()) {
            now = time.isAfter(now) ? time : now;
            Size terminal = size.get();
            draw(fitting(terminal), terminal);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (!steps.isEmpty()) {
            Size terminal = size.get();
            List<String> all = new ArrayList<>(List.of(header(terminal, " FINISHED")));
            steps.values().forEach(step -> all.addAll(step.lines(now, terminal.width(), false, colours)));
            draw(all, terminal);
        }
        failures.print(out);
        notices.print(out);
        summary.print(out);
        out.flush();
    }

    /** The picture, without the steps that are long over if the terminal is too small for all. */
    private List<String> fitting(Size terminal) {
        List<TtyStep> shown = new ArrayList<>(steps.values());
        List<String> lines = lines(shown, terminal);
        while (lines.size() >= terminal.height() && shown.stream().anyMatch(TtyStep::isOver)) {
            shown.remove(shown.stream().filter(TtyStep::isOver).findFirst().orElseThrow());
            lines = lines(shown, terminal);
        }
        return lines.size() < terminal.height() ? lines : lines.subList(0, Math.max(1, terminal.height() - 1));
    }

    private List<String> lines(List<TtyStep> shown, Size terminal) {
        List<String> lines = new ArrayList<>();
        lines.add(header(terminal, ""));
        shown.forEach(step -> lines.addAll(step.lines(now, terminal.width(), true, colours)));
        return lines;
    }

    private String header(Size terminal, String end) {
        long over = steps.values().stream().filter(TtyStep::isOver).count();
        String text = "[+] Building " + Quantities.seconds(Duration.between(began, now)) + " (" + over + "/"
                + steps.size() + ")" + end;
        return TerminalText.fit(text, terminal.width() - 1);
    }

    private void draw(List<String> lines, Size terminal) {
        StringBuilder picture = new StringBuilder();
        int up = Math.min(drawn, terminal.height() - 1);
        if (up > 0) {
            picture.append("\u001b[" + up + "A");
        }
        for (String line : lines) {
            picture.append('\r').append(line).append(CLEAR_LINE).append('\n');
        }
        picture.append(CLEAR_BELOW);
        drawn = lines.size();
        out.print(picture);
        out.flush();
    }
}
