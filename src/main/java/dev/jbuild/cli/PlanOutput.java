package dev.jbuild.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.engine.Forecast;
import dev.jbuild.engine.Forecast.State;
import dev.jbuild.engine.Forecast.Step;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a build would do: for people, for programs, and as a picture. */
final class PlanOutput {
    private static final int MOST_REASONS = 3;
    private static final double MILLIS = 1000.0;
    private static final Pattern DIGEST = Pattern.compile("@sha256:[0-9a-f]{64}");

    private final Forecast forecast;

    PlanOutput(Forecast forecast) {
        this.forecast = forecast;
    }

    void text(PrintStream out) {
        Table table = new Table("STATUS", "TIME", "SIZE", "NAME");
        for (Step step : forecast.steps()) {
            table.row(word(step.state()), time(step), size(step), name(step));
            List<String> reasons = step.reasons();
            reasons.stream()
                    .limit(reasons.size() > MOST_REASONS ? MOST_REASONS - 1 : MOST_REASONS)
                    .forEach(reason -> table.row("", "", "", "  " + clean(reason)));
            if (reasons.size() > MOST_REASONS) {
                table.row("", "", "", "  and " + (reasons.size() - MOST_REASONS + 1) + " more");
            }
        }
        table.print(out);
        out.println();
        totals().forEach(out::println);
    }

    private static String word(State state) {
        return state.name();
    }

    private static String time(Step step) {
        return step.time().map(Quantities::seconds).orElse("");
    }

    private static String size(Step step) {
        return step.bytes().isPresent() ? Quantities.size(step.bytes().getAsLong()) : "";
    }

    private static String name(Step step) {
        return DIGEST.matcher(clean(step.name())).replaceAll("");
    }

    private static String clean(String text) {
        return TerminalText.clean(PlainProgress.oneLine(text));
    }

    private List<String> totals() {
        int run = forecast.in(State.RUN).size();
        int unknown = forecast.in(State.UNKNOWN).size();
        int cached = forecast.in(State.CACHED).size();
        Map<String, Integer> counts = new LinkedHashMap<>();
        counts.put("would run", run);
        counts.put("unknown", unknown);
        counts.put("cached", cached);
        counts.put("skipped", forecast.in(State.SKIPPED).size());
        String said = counts.entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .map(each -> each.getValue() + " " + each.getKey())
                .collect(Collectors.joining(", "));
        List<String> lines = new ArrayList<>();
        lines.add(Quantities.counted(run + unknown + cached, "step") + (said.isEmpty() ? "" : ": " + said) + saved());
        if (run + unknown > 0) {
            lines.add(work());
            lines.addAll(path());
        }
        return lines;
    }

    private String saved() {
        Duration saved = forecast.time(State.CACHED);
        return saved.isZero() ? "" : "; the cache saves " + Quantities.seconds(saved);
    }

    /** How long what may run took before. */
    private String work() {
        Duration certain = forecast.time(State.RUN);
        Duration most = certain.plus(forecast.time(State.UNKNOWN));
        long without = untimed();
        String unknown =
                without == 0 ? "" : ", and of " + Quantities.counted((int) without, "step") + " nothing is known";
        if (most.isZero()) {
            return "no build before tells how long that takes";
        }
        String range = certain.equals(most)
                ? Quantities.seconds(most)
                : Quantities.seconds(certain) + " to " + Quantities.seconds(most);
        return "that took " + range + " before" + unknown;
    }

    private long untimed() {
        return forecast.steps().stream()
                .filter(step -> step.state() == State.RUN || step.state() == State.UNKNOWN)
                .filter(step -> step.time().isEmpty())
                .count();
    }

    private List<String> path() {
        Map<String, Step> steps = forecast.steps().stream().collect(Collectors.toMap(Step::id, Function.identity()));
        List<Step> path = forecast.criticalPath().stream().map(steps::get).toList();
        if (path.isEmpty()) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        lines.add("critical path " + Quantities.seconds(time(path)) + ":");
        path.forEach(step -> lines.add(String.format("%8s  %s", time(step), name(step))));
        return lines;
    }

    private static Duration time(List<Step> steps) {
        return steps.stream().flatMap(step -> step.time().stream()).reduce(Duration.ZERO, Duration::plus);
    }

    ObjectNode json() {
        ObjectNode json = SourceText.MAPPER.createObjectNode();
        ArrayNode steps = json.putArray("steps");
        forecast.steps().forEach(step -> steps.add(json(step)));
        ObjectNode totals = json.putObject("totals");
        for (State state : List.of(State.RUN, State.UNKNOWN, State.CACHED, State.SKIPPED)) {
            totals.put(state.toString(), forecast.in(state).size());
        }
        totals.put("seconds", seconds(forecast.time(State.RUN)));
        totals.put("mostSeconds", seconds(forecast.time(State.RUN).plus(forecast.time(State.UNKNOWN))));
        totals.put("stepsWithoutHistory", untimed());
        totals.put("savedSeconds", seconds(forecast.time(State.CACHED)));
        ArrayNode path = json.putArray("criticalPath");
        forecast.criticalPath().forEach(path::add);
        return json;
    }

    private static ObjectNode json(Step step) {
        ObjectNode json = SourceText.MAPPER.createObjectNode();
        json.put("id", step.id());
        json.put("name", step.name());
        if (step.line() > 0) {
            json.put("line", step.line());
        }
        ArrayNode inputs = json.putArray("inputs");
        step.inputs().forEach(inputs::add);
        json.put("state", step.state().toString());
        ArrayNode reasons = json.putArray("reasons");
        step.reasons().forEach(reasons::add);
        step.time().ifPresent(time -> json.put("seconds", seconds(time)));
        step.bytes().ifPresent(bytes -> json.put("bytes", bytes));
        if (!step.build().isEmpty()) {
            json.put("byBuild", step.build());
        }
        return json;
    }

    private static double seconds(Duration time) {
        return time.toMillis() / MILLIS;
    }

    /** As Graphviz draws it: what is done before stands above what needs it. */
    void dot(PrintStream out) {
        out.println("digraph build {");
        out.println("  node [shape=box, style=filled, fontname=\"sans-serif\"];");
        for (Step step : forecast.steps()) {
            out.println("  " + quoted(step.id()) + " [label=" + quoted(label(step)) + ", fillcolor=\""
                    + colour(step.state()) + "\"" + border(step) + "];");
        }
        for (Step step : forecast.steps()) {
            step.inputs().forEach(input -> out.println("  " + quoted(input) + " -> " + quoted(step.id()) + ";"));
        }
        out.println("}");
    }

    private static String label(Step step) {
        String figures = Stream.of(word(step.state()), time(step), size(step))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("  "));
        return name(step) + "\n" + figures;
    }

    private String border(Step step) {
        return forecast.criticalPath().contains(step.id()) ? ", penwidth=3" : "";
    }

    private static String colour(State state) {
        return switch (state) {
            case PRESENT -> "white";
            case FETCH -> "lightblue";
            case CACHED -> "palegreen";
            case RUN -> "orange";
            case UNKNOWN -> "lightyellow";
            case SKIPPED -> "lightgrey";
        };
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
