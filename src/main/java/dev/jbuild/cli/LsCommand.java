package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.inspect.EntryReport;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.RawPath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild ls}. */
@Command(name = "ls", description = "List files of an image, or of one of its layers, without unpacking it.")
final class LsCommand implements JbuildCommand {
    private static final int NAME = 5;

    @Option(
            names = {"-l", "--long"},
            description = "Show modes, owners, sizes, times, and the layer that each file is of.")
    private boolean detailed;

    @Option(
            names = {"-R", "--recursive"},
            description = "List directories in directories too.")
    private boolean recursive;

    @Option(
            names = {"-d", "--directory"},
            description = "List a directory itself, not what is in it.")
    private boolean itself;

    @Option(
            names = {"-h", "--human-readable"},
            description = "Show sizes for people.")
    private boolean forPeople;

    @Option(
            names = {"-a", "-A", "--all", "--almost-all"},
            hidden = true,
            description = "Names that begin with a dot are always listed.")
    @SuppressWarnings("UnusedVariable") // accepted as habit has it, and always so
    private boolean all;

    @Option(names = "--format", paramLabel = "table|json", description = "json prints a JSON object a line.")
    private @Nullable String format;

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The image for this platform.")
    private @Nullable String platform;

    @Parameters(
            arity = "1..*",
            paramLabel = "IMAGE[@LAYER][:PATH]",
            description = "A name or ID, or the path of an OCI layout or of an archive.")
    private List<String> places = new ArrayList<>();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        boolean json = Listing.isJson(format);
        try (Engine engine = invocation.open()) {
            for (int i = 0; i < places.size(); i++) {
                ImagePath place = ImagePath.parse(places.get(i));
                try (Looked looked = Looked.open(invocation, engine, place.image(), Optional.ofNullable(platform))) {
                    if (places.size() > 1 && !json) {
                        invocation.console().out().println((i == 0 ? "" : "\n") + places.get(i) + ":");
                    }
                    print(invocation.console(), looked, place.pathOrRoot(), json);
                }
            }
        }
        return ExitCode.OK;
    }

    private void print(Console console, Looked looked, RawPath path, boolean json) throws JbuildException {
        Found at = looked.find(path, !itself);
        boolean inside = at.entry().isDirectory() && !itself;
        List<Found> listed = !inside
                ? List.of(at)
                : recursive
                        ? looked.view().beneath(at.entry().path())
                        : looked.view().children(at.entry().path());
        RawPath above = inside ? at.entry().path() : at.entry().path().parent();
        NameLines lines = new NameLines(console);
        if (json) {
            listed.forEach(found -> console.out().println(EntryReport.json(found)));
        } else if (detailed) {
            printLong(lines, listed, above);
        } else {
            listed.forEach(found -> lines.name(shown(found.entry(), above)).end());
        }
    }

    private static byte[] shown(LayerEntry entry, RawPath above) {
        return entry.path().isRoot()
                ? new byte[] {'/'}
                : entry.path().relativeTo(above).bytes();
    }

    /** Mode, owner, group, size, time, layer; and the name last, which may hold anything. */
    private void printLong(NameLines lines, List<Found> listed, RawPath above) {
        List<String[]> rows = new ArrayList<>();
        int[] widths = new int[NAME];
        for (Found found : listed) {
            LayerEntry entry = found.entry();
            String[] row = {
                EntryText.mode(entry),
                entry.uid() + ":" + entry.gid(),
                EntryText.size(entry, forPeople),
                Instant.ofEpochSecond(entry.mtimeSeconds()).toString(),
                "[" + found.layer() + "]"
            };
            for (int i = 0; i < NAME; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
            rows.add(row);
        }
        for (int i = 0; i < rows.size(); i++) {
            for (int column = 0; column < NAME; column++) {
                String blanks = " ".repeat(widths[column] - rows.get(i)[column].length());
                lines.text(column == 2 ? blanks + rows.get(i)[column] + " " : rows.get(i)[column] + blanks + " ");
            }
            LayerEntry entry = listed.get(i).entry();
            lines.name(shown(entry, above));
            if (entry.type() == EntryType.SYMLINK) {
                lines.text(" -> ").name(entry.linkTargetBytes());
            }
            lines.end();
        }
    }
}
