package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The patterns of an ignore file. The last pattern that matches a path, or one of the directories it is in, decides.
 *
 * <p>To ask about single paths, use {@link #ignores}; to walk a tree, start with {@link #root}. Paths are relative to
 * the context, with slashes. Immutable, for any number of threads.
 */
public final class IgnorePatterns {
    private static final IgnorePatterns NONE = new IgnorePatterns(List.of(), List.of());

    private final List<String> written;
    private final List<IgnorePattern> patterns;

    private IgnorePatterns(List<String> written, List<IgnorePattern> patterns) {
        this.written = List.copyOf(written);
        this.patterns = List.copyOf(patterns);
    }

    /** Ignores nothing. */
    public static IgnorePatterns none() {
        return NONE;
    }

    /** Reads the text of an ignore file. */
    public static IgnorePatterns parse(String text) throws UserError {
        return of(read(text));
    }

    /** Reads the bytes of an ignore file. */
    public static IgnorePatterns parse(byte[] bytes) throws UserError {
        return parse(Utf8.decode(bytes, 0, bytes.length));
    }

    /** The patterns that the text of an ignore file lists, cleaned but not yet checked. */
    static List<String> read(String text) {
        List<String> patterns = new ArrayList<>();
        String unmarked = text.startsWith("\ufeff") ? text.substring(1) : text;
        for (String line : Directives.lines(unmarked)) {
            String pattern = Text.trim(line);
            if (line.startsWith("#") || pattern.isEmpty()) {
                continue;
            }
            boolean exception = pattern.startsWith("!");
            String path = exception ? Text.trim(pattern.substring(1)) : pattern;
            String clean = path.isEmpty() ? "" : CleanPath.of(path);
            String relative = clean.length() > 1 && clean.startsWith("/") ? clean.substring(1) : clean;
            patterns.add(exception ? "!" + relative : relative);
        }
        return patterns;
    }

    /** Makes a matcher of patterns that are already apart, such as those of {@code --exclude}. */
    public static IgnorePatterns of(List<String> patterns) throws UserError {
        List<String> written = new ArrayList<>();
        List<IgnorePattern> compiled = new ArrayList<>();
        for (String pattern : patterns) {
            String trimmed = Text.trim(pattern);
            if (trimmed.isEmpty()) {
                continue;
            }
            String clean = CleanPath.of(trimmed);
            if (clean.equals("!")) {
                throw new UserError("illegal exclusion pattern: \"!\"");
            }
            boolean exception = clean.startsWith("!");
            written.add(clean);
            compiled.add(new IgnorePattern(exception ? clean.substring(1) : clean, exception));
        }
        return new IgnorePatterns(written, compiled);
    }

    /** The patterns, cleaned. */
    public List<String> patterns() {
        return written;
    }

    /** Whether there are no patterns. */
    public boolean isEmpty() {
        return patterns.isEmpty();
    }

    /** Whether any pattern takes back what others ignore. */
    public boolean hasExceptions() {
        return patterns.stream().anyMatch(IgnorePattern::isException);
    }

    /** Whether a path is ignored, by itself or because a directory it is in is. */
    public boolean ignores(String path) {
        String clean = CleanPath.of(path);
        boolean ignored = false;
        for (IgnorePattern pattern : patterns) {
            // A pattern that would not change the verdict is not asked.
            if (pattern.isException() == ignored && pattern.matchesOrParent(clean)) {
                ignored = !pattern.isException();
            }
        }
        return ignored && !clean.equals(".");
    }

    /** Where a walk starts: the context itself, which is never ignored. */
    public Entry root() {
        return new Entry(Optional.empty(), "", new boolean[patterns.size()]);
    }

    /** A file or directory met on a walk, which knows what was found out about the directories it is in. */
    public final class Entry {
        private final String path;
        private final boolean[] matched;
        private final boolean ignored;
        private final int decidedBy;

        private Entry(Optional<Entry> parent, String path, boolean[] matched) {
            this.path = path;
            this.matched = matched;
            boolean verdict = false;
            int last = -1;
            for (int i = 0; i < patterns.size() && parent.isPresent(); i++) {
                IgnorePattern pattern = patterns.get(i);
                boolean inherited = parent.get().matched[i];
                matched[i] = inherited || (pattern.isException() == verdict && pattern.matches(path));
                if (matched[i]) {
                    verdict = !pattern.isException();
                    last = i;
                }
            }
            this.ignored = verdict;
            this.decidedBy = last;
        }

        /** An entry of this directory. */
        public Entry child(String name) {
            String below = path.isEmpty() ? name : path + "/" + name;
            return new Entry(Optional.of(this), below, new boolean[patterns.size()]);
        }

        /** The path from the context. */
        public String path() {
            return path;
        }

        /** Whether this is ignored; something in it may still not be, see {@link #isSubtreeIgnored}. */
        public boolean isIgnored() {
            return ignored;
        }

        /** The number of the pattern that decided about this, in the order of {@link #patterns}; -1 if none matched. */
        public int decision() {
            return decidedBy;
        }

        /** Whether this is ignored and so is everything in it, so that a walk need not go in. */
        public boolean isSubtreeIgnored() {
            if (!ignored) {
                return false;
            }
            for (int i = decidedBy + 1; i < patterns.size(); i++) {
                if (patterns.get(i).isException() && patterns.get(i).mayMatchBelow(path)) {
                    return false;
                }
            }
            return true;
        }

        /**
         * Whether an exception that begins with a name may match below this, as {@code !pkgs/*}{@code /file} below
         * {@code pkgs} and {@code pkgs/a}. One that begins with a wildcard doesn't count.
         */
        public boolean leadsToException() {
            return patterns.stream()
                    .anyMatch(pattern ->
                            pattern.isException() && pattern.beginsWithName() && pattern.mayMatchBelow(path));
        }
    }
}
