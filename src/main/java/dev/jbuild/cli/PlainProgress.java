package dev.jbuild.cli;

import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.BuildEvent.BuildEnded;
import dev.jbuild.progress.BuildEvent.Notice;
import dev.jbuild.progress.BuildEvent.Stream;
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
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Progress as lines that are never taken back, in BuildKit's grammar, which log parsers know:
 *
 * <pre>
 * #7 [build 2/4] RUN make
 * #7 0.123 text
 * #7 DONE 1.2s
 * </pre>
 *
 * <p>Lines of one vertex stand together. While one speaks, the others' lines wait until it ends, or until it has been
 * silent or has had the word for a while.
 */
final class PlainProgress implements ProgressView {
    private static final Duration SILENCE = Duration.ofSeconds(1);
    private static final Duration TURN = Duration.ofSeconds(5);
    /** A vertex with more to say than this doesn't wait for its turn, so that memory stays bounded. */
    private static final long MOST_WAITING = 1 << 20;

    private static final Duration BETWEEN_TRANSFERS = Duration.ofSeconds(5);

    private static final Duration NOTICEABLE = Duration.ofMillis(10);

    private final PrintStream out;
    private final Map<String, Block> blocks = new HashMap<>();
    /** Those with lines to print, in the order in which they got them. */
    private final Map<String, Block> waiting = new LinkedHashMap<>();

    /** Those that are over, for what may still be said about them. */
    private final Map<String, Block> ended = new HashMap<>();

    private final FailureLog failures = new FailureLog();
    private final Notices notices;
    private final SummaryText summary;
    private final int longestName;
    private final Optional<Duration> heartbeat;
    private @Nullable Block current;
    /** The one that spoke last, be it over or not. */
    private @Nullable Block last;

    private Instant turnBegan = Instant.MIN;
    private Instant lastWord = Instant.MIN;
    private int nextNumber = 1;
    private boolean printedBlock;
    private boolean held;

    /**
     * @param longestName how many characters of a step's name are shown
     * @param heartbeat after how long without a line it is said what still runs, for those who end what is silent; absent for
     *     never
     */
    PlainProgress(
            PrintStream out, Notices notices, SummaryText summary, int longestName, Optional<Duration> heartbeat) {
        this.heartbeat = heartbeat;
        this.out = out;
        this.notices = notices;
        this.summary = summary;
        this.longestName = longestName;
    }

    @Override
    public synchronized void accept(BuildEvent event) {
        if (event instanceof VertexStarted started) {
            Block block = block(started.vertex(), started.name(), started.time());
            offer(block, started.time());
        } else if (event instanceof VertexCached cached) {
            Block block = block(cached.vertex(), cached.name(), cached.time());
            cached.source().ifPresent(source -> block.add("reused from " + source));
            block.add("CACHED");
            block.finished = true;
            offer(block, cached.time());
        } else if (event instanceof VertexFinished finished) {
            finish(finished);
        } else if (event instanceof VertexOutput output) {
            output(output);
        } else if (event instanceof VertexTransfer transfer) {
            transfer(transfer);
        } else if (event instanceof VertexExplained explained) {
            Block block = blocks.get(explained.vertex());
            if (block != null) {
                block.add(explained.text());
                offer(block, explained.time());
            }
        } else if (event instanceof VertexWarning warning) {
            warn(warning);
        } else if (event instanceof Notice notice) {
            notices.add(notice);
        } else if (event instanceof BuildEnded end) {
            summary.ended(end);
        }
    }

    /** A warning may be about a step that is over, whose block is then opened again. */
    private void warn(VertexWarning warning) {
        notices.add(warning);
        Block block = blocks.get(warning.vertex());
        Block over = ended.get(warning.vertex());
        if (block == null && over != null) {
            block = over;
        }
        if (block != null) {
            block.add("WARN: " + warning.text());
            offer(block, warning.time());
        }
    }

    private void output(VertexOutput output) {
        Block block = blocks.get(output.vertex());
        if (block == null) {
            return;
        }
        for (String line : block.lines(output.stream()).add(output.bytes())) {
            line(block, line, output.time());
        }
        offer(block, output.time());
    }

    private void line(Block block, String line, Instant time) {
        String text = Quantities.offset(Duration.between(block.started, time)) + " " + line;
        block.add(text);
        failures.line(block.vertex, text);
    }

    private void transfer(VertexTransfer transfer) {
        Block block = blocks.get(transfer.vertex());
        if (block == null) {
            return;
        }
        Instant began = block.transfers.computeIfAbsent(transfer.item(), item -> transfer.time());
        Instant shown = block.transfersShown.get(transfer.item());
        boolean due = shown == null || Duration.between(shown, transfer.time()).compareTo(BETWEEN_TRANSFERS) >= 0;
        if (transfer.done() || due) {
            block.transfersShown.put(transfer.item(), transfer.time());
            block.add(transferLine(transfer, began));
            offer(block, transfer.time());
        }
    }

    private static String transferLine(VertexTransfer transfer, Instant began) {
        String bytes = transfer.total() > 0
                ? " " + Quantities.progress(transfer.current()) + " / " + Quantities.progress(transfer.total())
                : transfer.current() > 0 ? " " + Quantities.progress(transfer.current()) : "";
        Duration time = Duration.between(began, transfer.time());
        return transfer.item()
                + bytes
                + (time.compareTo(NOTICEABLE) > 0 ? " " + Quantities.seconds(time) : "")
                + (transfer.done() ? " done" : "");
    }

    private void finish(VertexFinished finished) {
        Block block = blocks.get(finished.vertex());
        if (block == null) {
            return;
        }
        block.partial.values().forEach(lines -> lines.finish().forEach(line -> line(block, line, finished.time())));
        switch (finished.outcome()) {
            case DONE -> {
                block.add("DONE " + Quantities.seconds(Duration.between(block.started, finished.time())));
                failures.succeeded(block.vertex);
            }
            case CANCELLED -> {
                block.add("CANCELED");
                failures.succeeded(block.vertex);
            }
            case FAILED -> {
                block.add("ERROR: " + finished.error().orElse("failed"));
                failures.failed(block.vertex, block.name);
            }
        }
        block.finished = true;
        offer(block, finished.time());
    }

    private Block block(String vertex, String name, Instant time) {
        Block block = new Block(vertex, oneLine(name), time);
        blocks.put(vertex, block);
        return block;
    }

    /** A block has something new: prints it now if it is its turn. */
    private void offer(Block block, Instant now) {
        waiting.putIfAbsent(block.vertex, block);
        if (block.waitingChars > MOST_WAITING && !held) {
            print(block, now);
        }
        pump(now);
    }

    @Override
    public synchronized void hold() {
        held = true;
    }

    @Override
    public synchronized void release() {
        held = false;
    }

    /** Gives the word to blocks that have waited long enough. */
    private void pump(Instant now) {
        if (held) {
            return;
        }
        if (current != null && waiting.containsKey(current.vertex)) {
            print(current, now);
        }
        while (!waiting.isEmpty() && mayTakeTurns(now)) {
            Block next = waiting.values().stream()
                    .filter(block -> block.finished)
                    .findFirst()
                    .orElseGet(() -> waiting.values().iterator().next());
            print(next, now);
        }
        out.flush();
    }

    private boolean mayTakeTurns(Instant now) {
        return current == null
                || Duration.between(lastWord, now).compareTo(SILENCE) >= 0
                || Duration.between(turnBegan, now).compareTo(TURN) >= 0;
    }

    private void print(Block block, Instant now) {
        waiting.remove(block.vertex);
        if (block.number == 0) {
            block.number = nextNumber++;
        }
        boolean goesOn = block == current || (current == null && block == last);
        if (!goesOn) {
            if (current != null) {
                out.println("#" + current.number + " ...");
            }
            if (printedBlock) {
                out.println();
            }
            printedBlock = true;
            out.println("#" + block.number + " " + shortened(block.name));
            turnBegan = now;
        }
        lastWord = now;
        last = block;
        block.printTo(out);
        current = block.finished ? null : block;
        if (block.finished) {
            blocks.remove(block.vertex, block);
            block.forgetOutput();
            ended.put(block.vertex, block);
        }
    }

    @Override
    public synchronized void tick(Instant now) {
        pump(now);
        if (heartbeat.isPresent() && !held && isSilentFor(heartbeat.get(), now)) {
            beat(now);
        }
    }

    private boolean isSilentFor(Duration time, Instant now) {
        return !lastWord.equals(Instant.MIN) && Duration.between(lastWord, now).compareTo(time) >= 0;
    }

    /** The one that has run longest stands for all. */
    private void beat(Instant now) {
        blocks.values().stream()
                .min(Comparator.comparing(block -> block.started))
                .ifPresent(block -> {
                    block.add(Quantities.offset(Duration.between(block.started, now)) + " jbuild: still running");
                    offer(block, now);
                });
    }

    @Override
    public synchronized void close() {
        for (Block block : blocks.values()) {
            Instant end = lastWord.isBefore(block.started) ? block.started : lastWord;
            for (OutputLines unfinished : block.partial.values()) {
                for (String line : unfinished.finish()) {
                    line(block, line, end);
                    waiting.putIfAbsent(block.vertex, block);
                }
            }
        }
        pump(Instant.MAX);
        failures.print(out);
        notices.print(out);
        summary.print(out);
        out.flush();
    }

    private String shortened(String name) {
        return name.length() <= longestName ? name : name.substring(0, longestName) + "...";
    }

    /** A name of several lines (a heredoc) is shown in one. */
    static String oneLine(String name) {
        return name.replaceAll("\\s*[\\r\\n]+\\s*", " ").strip();
    }

    /** A vertex that was named but isn't over, and its lines that wait to be printed. */
    private static final class Block {
        final String vertex;
        final String name;
        final Instant started;
        final Map<Stream, OutputLines> partial = new EnumMap<>(Stream.class);
        final Map<String, Instant> transfers = new HashMap<>();
        final Map<String, Instant> transfersShown = new HashMap<>();
        private final List<String> lines = new ArrayList<>();
        long waitingChars;
        int number;
        boolean finished;

        Block(String vertex, String name, Instant started) {
            this.vertex = vertex;
            this.name = name;
            this.started = started;
        }

        OutputLines lines(Stream stream) {
            return partial.computeIfAbsent(stream, key -> new OutputLines());
        }

        void add(String line) {
            lines.add(line);
            waitingChars += line.length();
        }

        void forgetOutput() {
            partial.clear();
            transfers.clear();
            transfersShown.clear();
        }

        /** Only now is the number known. */
        void printTo(PrintStream out) {
            StringBuilder text = new StringBuilder();
            lines.forEach(line ->
                    text.append('#').append(number).append(' ').append(line).append('\n'));
            out.print(text);
            lines.clear();
            waitingChars = 0;
        }
    }
}
