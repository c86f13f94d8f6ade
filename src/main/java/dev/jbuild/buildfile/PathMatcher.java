package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * A path pattern as a little state machine, which takes time in proportion to the path whatever the pattern.
 *
 * <p>{@code *} stays within a name, {@code **} crosses any number of them, {@code ?} is one character of a name.
 */
final class PathMatcher {
    static final PathMatcher NOTHING = new PathMatcher(List.of());

    private static boolean isInLine(int c) {
        return c != '\n';
    }

    private enum Kind {
        /** Takes one character. */
        ONE,
        /** Takes any number of characters. */
        MANY,
        /** Takes nothing, or anything that ends with a slash. */
        DIRECTORIES,
        /** Takes nothing, at the start of the path only. */
        START
    }

    private record Step(Kind kind, IntPredicate accepts) {}

    private final List<Step> steps;

    private PathMatcher(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    static PathMatcher of(String pattern) throws UserError {
        return new PathMatcher(new Compiler(pattern).compile());
    }

    boolean matches(String path) {
        return matches(path, false);
    }

    /** Whether a path matches, or one of the directories it is in; found out in one go. */
    boolean matchesOrParent(String path) {
        return matches(path, true);
    }

    private boolean matches(String path, boolean orParent) {
        States now = new States(steps);
        States next = new States(steps);
        now.enter(0, true);
        for (int i = 0; i < path.length(); ) {
            int c = path.codePointAt(i);
            if (orParent && c == '/' && now.isEnd()) {
                return true;
            }
            next.clear();
            for (int k = 0; k < now.count; k++) {
                take(next, now.list[k], c);
            }
            if (next.count == 0) {
                return false;
            }
            States before = now;
            now = next;
            next = before;
            i += Character.charCount(c);
        }
        return now.isEnd();
    }

    private void take(States next, int state, int c) {
        if (state == 2 * steps.size()) {
            return;
        }
        Step step = steps.get(state / 2);
        if (!step.accepts().test(c) || step.kind() == Kind.START) {
            return;
        }
        switch (step.kind()) {
            case ONE -> next.enter(state + 2, false);
            case MANY -> next.enter(state, false);
            default -> {
                next.add(state | 1);
                if (c == '/') {
                    next.enter((state | 1) + 1, false);
                }
            }
        }
    }

    /** Where a match may stand. Each step has two states: 2i before it, 2i+1 within directories that it takes. */
    private static final class States {
        private final List<Step> steps;
        private final boolean[] there;
        /** Grows: mostly few of all states are there. */
        private int[] list = new int[16];

        private int count;

        States(List<Step> steps) {
            this.steps = steps;
            this.there = new boolean[2 * steps.size() + 1];
        }

        void add(int state) {
            if (!there[state]) {
                there[state] = true;
                if (count == list.length) {
                    list = Arrays.copyOf(list, 4 * count);
                }
                list[count++] = state;
            }
        }

        /** Adds a state and all that can be reached from it without taking a character. */
        void enter(int from, boolean atStart) {
            for (int state = from; !there[state]; state += 2) {
                add(state);
                if (state == there.length - 1) {
                    return;
                }
                Kind kind = steps.get(state / 2).kind();
                if (kind == Kind.ONE || (kind == Kind.START && !atStart)) {
                    return;
                }
            }
        }

        boolean isEnd() {
            return there[there.length - 1];
        }

        void clear() {
            for (int i = 0; i < count; i++) {
                there[list[i]] = false;
            }
            count = 0;
        }
    }

    /** Reads the regular expression that a pattern stands for. */
    private static final class Compiler {
        private final String pattern;
        private final int[] text;
        private final List<Step> steps = new ArrayList<>();
        private int position;

        Compiler(String pattern) {
            this.pattern = pattern;
            this.text = PatternExpression.of(pattern).codePoints().toArray();
        }

        List<Step> compile() throws UserError {
            while (position < text.length) {
                step();
            }
            return steps;
        }

        private void step() throws UserError {
            int c = text[position++];
            switch (c) {
                case '(' -> {
                    position += PatternExpression.DIRECTORIES.length() - 1;
                    // Two in a row take what one takes.
                    if (steps.isEmpty() || steps.get(steps.size() - 1).kind() != Kind.DIRECTORIES) {
                        steps.add(new Step(Kind.DIRECTORIES, PathMatcher::isInLine));
                    }
                }
                case '.' -> {
                    position += PatternExpression.ANYTHING.length() - 1;
                    steps.add(new Step(Kind.MANY, PathMatcher::isInLine));
                }
                case '[' -> set();
                case '\\' -> steps.add(new Step(Kind.ONE, escape()));
                case '^' -> steps.add(new Step(Kind.START, other -> false));
                default -> steps.add(new Step(Kind.ONE, other -> other == c));
            }
        }

        private boolean at(char c) {
            return position < text.length && text[position] == c;
        }

        private boolean skip(char c) {
            boolean there = at(c);
            position += there ? 1 : 0;
            return there;
        }

        private int take() throws UserError {
            if (position == text.length) {
                throw IgnorePattern.malformed(pattern);
            }
            return text[position++];
        }

        /** What stands behind a backslash. */
        private CharSet escape() throws UserError {
            int c = take();
            CharSet letters = CharSet.ofLetter(c);
            if (!letters.ranges().isEmpty()) {
                return letters;
            }
            int control = "afnrtv".indexOf(c);
            if (control >= 0) {
                return CharSet.of("\u0007\f\n\r\t\u000b".charAt(control));
            }
            if (c < 0x80 && Character.isLetterOrDigit(c)) {
                throw IgnorePattern.malformed(pattern);
            }
            return CharSet.of(c);
        }

        private void set() throws UserError {
            boolean negated = skip('^');
            List<CharSet.Range> ranges = new ArrayList<>();
            do {
                member(ranges);
            } while (!at(']'));
            position++;
            steps.add(new Step(skip('*') ? Kind.MANY : Kind.ONE, new CharSet(negated, ranges)));
        }

        private void member(List<CharSet.Range> ranges) throws UserError {
            Optional<String> name = className();
            if (name.isPresent()) {
                boolean negated = name.get().startsWith("^");
                List<CharSet.Range> named = CharSet.named(negated ? name.get().substring(1) : name.get());
                if (named.isEmpty()) {
                    throw IgnorePattern.malformed(pattern);
                }
                ranges.addAll(new CharSet(negated, named).expanded());
                return;
            }
            CharSet low = character();
            boolean range = low.isSingle() && at('-') && position + 1 < text.length && text[position + 1] != ']';
            if (!range) {
                ranges.addAll(low.expanded());
                return;
            }
            position++;
            CharSet high = character();
            int from = low.ranges().get(0).from();
            int to = high.ranges().get(0).to();
            if (!high.isSingle() || from > to) {
                throw IgnorePattern.malformed(pattern);
            }
            ranges.add(new CharSet.Range(from, to));
        }

        /** Takes {@code [:name:]}. */
        private Optional<String> className() {
            if (!at('[') || position + 1 >= text.length || text[position + 1] != ':') {
                return Optional.empty();
            }
            for (int end = position + 2; end + 1 < text.length; end++) {
                if (text[end] == ':' && text[end + 1] == ']') {
                    String name = new String(text, position + 2, end - position - 2);
                    position = end + 2;
                    return Optional.of(name);
                }
            }
            return Optional.empty();
        }

        private CharSet character() throws UserError {
            int c = take();
            return c == '\\' ? escape() : CharSet.of(c);
        }
    }
}
