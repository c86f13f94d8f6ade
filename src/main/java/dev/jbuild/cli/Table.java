package dev.jbuild.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Rows of columns that are as wide as their widest cell, as docker and BuildKit lay out their lists. */
final class Table {
    private static final int GAP = 3;

    private final int gap;
    private final List<List<String>> rows = new ArrayList<>();

    private Table(int gap) {
        this.gap = gap;
    }

    /** With three blanks between columns. */
    Table(String... headings) {
        this(GAP);
        row(headings);
    }

    /** Without headings, and with this many blanks between columns. */
    static Table withGap(int gap) {
        return new Table(gap);
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    void print(PrintStream out) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], TerminalText.columns(row.get(i)));
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String cell = row.get(i);
                line.append(cell);
                if (i < columns - 1) {
                    line.append(" ".repeat(widths[i] - TerminalText.columns(cell)))
                            .append(" ".repeat(gap));
                }
            }
            out.println(line);
        }
    }
}
