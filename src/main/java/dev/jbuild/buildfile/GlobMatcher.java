package dev.jbuild.buildfile;

import java.util.Arrays;

/**
 * Finds a pattern of literal characters, {@code ?} and {@code *} in a text, without going back: the time taken is in
 * proportion to text and pattern. Wildcards take anything but a line feed.
 */
final class GlobMatcher {
    private static final int ANY = -1;
    private static final int ONE = -2;
    private static final int NOWHERE = Integer.MAX_VALUE;

    private int[] steps = new int[16];
    private int size;

    private void add(int step) {
        if (size == steps.length) {
            steps = Arrays.copyOf(steps, 2 * size);
        }
        steps[size++] = step;
    }

    /** Any number of characters follows. */
    void any() {
        // Two in a row mean one.
        if (size == 0 || steps[size - 1] != ANY) {
            add(ANY);
        }
    }

    /** Any one character follows. */
    void one() {
        add(ONE);
    }

    void literal(int c) {
        add(c);
    }

    /** Where the first match at or behind a position starts; negative when there is none. */
    int start(int[] text, int from) {
        // For each step that could come next, the earliest start of what led there.
        int[] now = new int[size + 1];
        int[] spare = new int[size + 1];
        Arrays.fill(now, NOWHERE);
        int found = NOWHERE;
        for (int i = from; i <= text.length; i++) {
            if (found == NOWHERE) {
                now[0] = Math.min(now[0], i);
            }
            skipAny(now);
            found = Math.min(found, now[size]);
            if (i == text.length || (found < NOWHERE && !hasEarlier(now, found))) {
                break;
            }
            take(now, text[i], spare);
            int[] before = now;
            now = spare;
            spare = before;
        }
        return found == NOWHERE ? -1 : found;
    }

    private static boolean hasEarlier(int[] now, int found) {
        for (int start : now) {
            if (start < found) {
                return true;
            }
        }
        return false;
    }

    /** Where a match that starts here ends: the longest one, or the shortest; negative when there is none. */
    int end(int[] text, int start, boolean longest) {
        int[] now = new int[size + 1];
        int[] spare = new int[size + 1];
        Arrays.fill(now, NOWHERE);
        now[0] = start;
        int end = -1;
        for (int i = start; i <= text.length; i++) {
            skipAny(now);
            if (now[size] < NOWHERE) {
                end = i;
                if (!longest) {
                    break;
                }
            }
            if (i == text.length || !hasEarlier(now, NOWHERE)) {
                break;
            }
            take(now, text[i], spare);
            int[] before = now;
            now = spare;
            spare = before;
        }
        return end;
    }

    /** An asterisk may take nothing. */
    private void skipAny(int[] now) {
        for (int step = 0; step < size; step++) {
            if (steps[step] == ANY) {
                now[step + 1] = Math.min(now[step + 1], now[step]);
            }
        }
    }

    private void take(int[] now, int c, int[] next) {
        Arrays.fill(next, NOWHERE);
        for (int step = 0; step < size; step++) {
            if (now[step] == NOWHERE) {
                continue;
            }
            if (steps[step] == ANY && c != '\n') {
                next[step] = Math.min(next[step], now[step]);
            } else if (steps[step] == c || (steps[step] == ONE && c != '\n')) {
                next[step + 1] = Math.min(next[step + 1], now[step]);
            }
        }
    }
}
