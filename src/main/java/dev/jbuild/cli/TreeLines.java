package dev.jbuild.cli;

import dev.jbuild.sys.RawPath;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Draws a tree of files, with lines from each directory to what is in it. */
final class TreeLines {
    private TreeLines() {}

    /**
     * A file.
     *
     * @param text what stands on its line
     */
    record Row(RawPath path, String text) {}

    /**
     * Draws all that is beneath a directory.
     *
     * @param rows in path order, each after the directory it is in, without {@code top}
     */
    static void print(RawPath top, List<Row> rows, PrintStream out) {
        boolean[] last = lastOfTheirDirectory(rows);
        List<Boolean> open = new ArrayList<>();
        int above = top.segments().size();
        for (int i = 0; i < rows.size(); i++) {
            int depth = rows.get(i).path().segments().size() - above - 1;
            while (open.size() > depth) {
                open.remove(open.size() - 1);
            }
            StringBuilder line = new StringBuilder();
            open.forEach(more -> line.append(more ? "│   " : "    "));
            line.append(last[i] ? "└── " : "├── ");
            out.println(line + rows.get(i).text());
            open.add(!last[i]);
        }
    }

    /** Whether none of the same directory comes after. */
    private static boolean[] lastOfTheirDirectory(List<Row> rows) {
        boolean[] last = new boolean[rows.size()];
        Set<RawPath> seen = new HashSet<>();
        for (int i = rows.size() - 1; i >= 0; i--) {
            last[i] = seen.add(rows.get(i).path().parent());
        }
        return last;
    }
}
