package dev.jbuild.cli;

import dev.jbuild.progress.BuildEvent.BuildEnded;
import dev.jbuild.progress.BuildEvent.Outcome;
import dev.jbuild.progress.StepSummary;
import dev.jbuild.progress.StepSummary.Mark;
import dev.jbuild.progress.StepUsage;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The few lines at the end of a build: what ran, what the cache saved, and what the build waited for. */
final class SummaryText {
    private static final int PATH_LINES = 4;
    private static final int LONGEST_NAME = 60;
    private static final Duration NOTICEABLE = Duration.ofMillis(50);
    private static final Pattern DIGEST = Pattern.compile("@sha256:[0-9a-f]{64}");

    private final boolean debug;
    private Optional<BuildEnded> end = Optional.empty();

    /** @param debug whether to list all steps with what they used */
    SummaryText(boolean debug) {
        this.debug = debug;
    }

    void ended(BuildEnded event) {
        end = Optional.of(event);
    }

    /** Prints it, once. Nothing is said of a build that failed, whose error is what counts, nor of one without steps. */
    void print(PrintStream out) {
        if (end.isEmpty()) {
            return;
        }
        BuildEnded build = end.get();
        end = Optional.empty();
        if (debug && !build.steps().isEmpty()) {
            out.println();
            table(build).print(out);
        }
        List<StepSummary> steps =
                build.steps().stream().filter(StepSummary::counted).toList();
        if (build.outcome() == Outcome.DONE && steps.stream().anyMatch(step -> step.mark() != Mark.SKIPPED)) {
            out.println();
            lines(build, steps).forEach(out::println);
        }
    }

    private static List<String> lines(BuildEnded build, List<StepSummary> steps) {
        int run = count(steps, Mark.RUN);
        int cached = count(steps, Mark.CACHED);
        int reused = count(steps, Mark.REUSED);
        String number = Quantities.counted(run + cached + reused, "step");
        String saved = saved(steps);
        if (run == 0) {
            String others = reused == 0 ? "" : " (" + reused + " reused from other caches)";
            return List.of(number + ", all cached" + others + (saved.isEmpty() ? "" : ", saved " + saved));
        }
        Map<String, Integer> counts = new LinkedHashMap<>();
        counts.put("run", run);
        counts.put("cached", cached);
        counts.put("reused from other caches", reused);
        counts.put("skipped", count(steps, Mark.SKIPPED));
        String said = counts.entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .map(each -> each.getValue() + " " + each.getKey())
                .collect(Collectors.joining(", "));
        List<String> lines = new ArrayList<>();
        lines.add(number + ": " + said + (saved.isEmpty() ? "" : "; the cache saved " + saved));
        lines.addAll(path(build));
        return lines;
    }

    private static int count(List<StepSummary> steps, Mark mark) {
        return (int) steps.stream().filter(step -> step.mark() == mark).count();
    }

    private static String saved(List<StepSummary> steps) {
        Duration saved = steps.stream().flatMap(step -> step.saved().stream()).reduce(Duration.ZERO, Duration::plus);
        return saved.isZero() ? "" : Quantities.seconds(saved);
    }

    /** The steps of the critical path that took longest, in order. */
    private static List<String> path(BuildEnded build) {
        Map<String, StepSummary> steps =
                build.steps().stream().collect(Collectors.toMap(StepSummary::vertex, Function.identity()));
        List<StepSummary> path = build.criticalPath().stream().map(steps::get).toList();
        Set<StepSummary> shown = new HashSet<>(path.stream()
                .filter(step -> path.size() == 1 || step.took().compareTo(NOTICEABLE) >= 0)
                .sorted(Comparator.comparing(StepSummary::took).reversed())
                .limit(path.size() > PATH_LINES ? PATH_LINES - 1 : PATH_LINES)
                .toList());
        List<StepSummary> others =
                path.stream().filter(step -> !shown.contains(step)).toList();
        List<String> lines = new ArrayList<>();
        lines.add("critical path " + Quantities.seconds(time(path)) + ":");
        path.stream().filter(shown::contains).forEach(step -> lines.add(line(step.took(), name(step))));
        if (!others.isEmpty()) {
            lines.add(line(time(others), Quantities.counted(others.size(), "other step")));
        }
        return lines;
    }

    private static Duration time(List<StepSummary> steps) {
        return steps.stream().map(StepSummary::took).reduce(Duration.ZERO, Duration::plus);
    }

    private static String line(Duration time, String what) {
        return String.format(Locale.ROOT, "%8s  %s", Quantities.seconds(time), what);
    }

    private static String name(StepSummary step) {
        String name = TerminalText.clean(PlainProgress.oneLine(step.name()));
        return TerminalText.fit(DIGEST.matcher(name).replaceAll(""), LONGEST_NAME);
    }

    private static String status(StepSummary step) {
        if (step.mark() == Mark.RUN && !step.counted()) {
            return "DONE";
        }
        return step.mark() + (step.reusedFrom().isEmpty() ? "" : " from " + step.reusedFrom());
    }

    private static Table table(BuildEnded build) {
        Table table = new Table("STATUS", "WALL", "CPU", "MEMORY", "READ", "WRITTEN", "SAVED", "NAME");
        for (StepSummary step : build.steps()) {
            Optional<StepUsage> usage = step.usage();
            table.row(
                    status(step),
                    step.ran() ? Quantities.seconds(step.took()) : "",
                    usage.map(used -> Quantities.seconds(used.cpuTime())).orElse(""),
                    usage.map(used -> Quantities.size(used.peakMemoryBytes())).orElse(""),
                    usage.map(used -> Quantities.size(used.readBytes())).orElse(""),
                    usage.map(used -> Quantities.size(used.writtenBytes())).orElse(""),
                    step.saved().map(Quantities::seconds).orElse(""),
                    name(step));
        }
        return table;
    }
}
