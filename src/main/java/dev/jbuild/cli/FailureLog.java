package dev.jbuild.cli;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers the last lines that each running step printed, and shows those of the steps that failed once the build has
 * ended.
 */
final class FailureLog {
    private static final int LINES = 50;

    private final Map<String, Deque<String>> tails = new HashMap<>();
    private final List<Failure> failures = new ArrayList<>();

    private record Failure(String name, List<String> tail) {}

    void line(String vertex, String line) {
        Deque<String> tail = tails.computeIfAbsent(vertex, key -> new ArrayDeque<>());
        tail.addLast(line);
        if (tail.size() > LINES) {
            tail.removeFirst();
        }
    }

    /** Whether the step printed anything. */
    boolean hasLines(String vertex) {
        return tails.containsKey(vertex);
    }

    void succeeded(String vertex) {
        tails.remove(vertex);
    }

    void failed(String vertex, String name) {
        Deque<String> tail = tails.remove(vertex);
        failures.add(new Failure(name, tail == null ? List.of() : List.copyOf(tail)));
    }

    /** Prints the last output of each failed step, as BuildKit does. */
    void print(PrintStream out) {
        for (Failure failure : failures) {
            out.println("------");
            out.println(" > " + failure.name() + ":");
            failure.tail().forEach(out::println);
            out.println("------");
        }
        failures.clear();
    }
}
