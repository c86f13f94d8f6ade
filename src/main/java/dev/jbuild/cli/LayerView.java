package dev.jbuild.cli;

import dev.jbuild.inspect.ImageFacts;
import dev.jbuild.inspect.LayerAnalysis;
import dev.jbuild.inspect.LayerAnalysis.Layer;
import dev.jbuild.inspect.LayerAnalysis.WastedPath;
import dev.jbuild.inspect.LayerReport;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.oci.DiffId;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.RawPath;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** What an image's layers hold and waste, for people. */
final class LayerView {
    private static final int INSTRUCTION_COLUMNS = 60;
    private static final int SHORT_ID = 12;
    private static final int MOST_WASTED_SHOWN = 10;

    private final PrintStream out;

    LayerView(PrintStream out) {
        this.out = out;
    }

    /** A line for each layer, bottom first, what they waste in all, and where the most of it is. */
    void layers(ImageFacts image, LayerAnalysis analysis) {
        Table table = new Table("LAYER", "ID", "SIZE", "ADDED", "CHANGED", "REMOVED", "WASTED", "CREATED BY");
        List<String> createdBy = LayerReport.createdBy(image);
        for (int i = 0; i < analysis.layers().size(); i++) {
            Layer layer = analysis.layers().get(i);
            DiffId id = image.config().diffIds().get(i);
            table.row(
                    String.valueOf(i),
                    id.toString().substring("sha256:".length()).substring(0, SHORT_ID),
                    Quantities.size(image.layerSizes().get(i)),
                    String.valueOf(layer.added()),
                    String.valueOf(layer.changed()),
                    String.valueOf(layer.removed()),
                    Quantities.size(layer.wastedBytes()),
                    instruction(createdBy.get(i), INSTRUCTION_COLUMNS));
        }
        table.print(out);
        out.println();
        out.printf(
                Locale.ROOT,
                "%s in files, of which %s are wasted: later layers replace or remove them. Efficiency %.1f %%.%n",
                Quantities.size(analysis.contentBytes()),
                Quantities.size(analysis.wastedBytes()),
                100 * analysis.efficiency());
        wasted(analysis.wastedPaths());
    }

    private void wasted(List<WastedPath> paths) {
        if (paths.isEmpty()) {
            return;
        }
        out.println();
        Table table = new Table("WASTED", "TIMES", "PATH");
        paths.stream()
                .limit(MOST_WASTED_SHOWN)
                .forEach(path -> table.row(
                        Quantities.size(path.bytes()),
                        String.valueOf(path.times()),
                        "/" + NameLines.escaped(path.path().bytes())));
        table.print(out);
        if (paths.size() > MOST_WASTED_SHOWN) {
            out.println("and " + (paths.size() - MOST_WASTED_SHOWN) + " more; --format json lists all");
        }
    }

    /** The tree that the layers show together; the number before a name is that of the layer it comes from. */
    void tree(LayerAnalysis analysis) {
        out.println("/");
        List<TreeLines.Row> rows = analysis.tree().stream()
                .filter(found -> !found.entry().path().isRoot())
                .map(found -> new TreeLines.Row(found.entry().path(), described(found)))
                .toList();
        TreeLines.print(RawPath.ROOT, rows, out);
    }

    /** An instruction on one line that is no longer than that. */
    static String instruction(String createdBy, int columns) {
        return TerminalText.fit(TerminalText.clean(createdBy.replaceAll("\\s+", " ")), columns);
    }

    private static String described(Found shown) {
        LayerEntry entry = shown.entry();
        StringBuilder line = new StringBuilder(EntryText.mode(entry));
        line.append(' ').append(entry.uid()).append(':').append(entry.gid());
        if (entry.type() == EntryType.FILE) {
            line.append(' ').append(Quantities.size(entry.size()));
        }
        line.append(" [").append(shown.layer()).append("] ");
        line.append(NameLines.escaped(entry.path().fileName().bytes()));
        if (entry.type() == EntryType.SYMLINK) {
            line.append(" -> ").append(NameLines.escaped(entry.linkTargetBytes()));
        }
        entry.hardLinkTo().ifPresent(first -> line.append(" = ").append("/" + NameLines.escaped(first.bytes())));
        return line.toString();
    }
}
