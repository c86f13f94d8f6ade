package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.inspect.EntryReport;
import dev.jbuild.inspect.LayerChange.Kind;
import dev.jbuild.inspect.LayerTree;
import dev.jbuild.inspect.LayerTree.Node;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.problem.UserError;
import dev.jbuild.snapshot.MergedView;
import dev.jbuild.sys.RawPath;
import java.io.PrintStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild tree}. */
@Command(
        name = "tree",
        description = "Draw the files of an image as a tree, and what a layer changed in it.",
        footer = {
            "",
            "The letters of --changes are a for added, m for modified, r for removed and u for unmodified by LAYER (the"
                    + " topmost without one), compared with the layers below it. With a LAYER alone they are amr; they stand"
                    + " before the names. Directories that lead to what was asked for are shown too."
        })
final class TreeCommand implements JbuildCommand {
    @Option(names = "--changes", paramLabel = "LETTERS", description = "Only what was so changed: some of amru.")
    private @Nullable String changes;

    @Option(
            names = {"-L", "--depth"},
            paramLabel = "N",
            description = "Only so many levels of directories.")
    private int depth = Integer.MAX_VALUE;

    @Option(
            names = {"-s", "--sizes"},
            description = "Show sizes; of a directory, what the files shown beneath it have together.")
    private boolean sizes;

    @Option(names = "--format", paramLabel = "text|json", description = "json prints a JSON object a line.")
    private @Nullable String format;

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The image for this platform.")
    private @Nullable String platform;

    @Parameters(
            paramLabel = "IMAGE[@LAYER][:PATH]",
            description = "A name or ID, or the path of an OCI layout or of an archive.")
    private String image = "";

    @Override
    public int run(Invocation invocation) throws JbuildException {
        boolean json = Listing.isTextOrJson(format);
        if (depth < 1) {
            throw new UsageError("--depth " + depth + ": there must be one level at least");
        }
        ImagePath place = ImagePath.parse(image);
        try (Engine engine = invocation.open();
                Looked looked = Looked.open(invocation, engine, place.image(), Optional.ofNullable(platform))) {
            Set<Kind> kinds = kinds(looked.layer().isPresent());
            RawPath top = MergedView.of(looked.stack()).resolve(place.pathOrRoot(), true);
            List<Node> nodes = LayerTree.of(looked.stack(), top, kinds, depth).nodes();
            if (nodes.isEmpty() && changes == null && !top.isRoot()) {
                throw new UserError("there is no /" + top + " in the image"
                        + (looked.layer().isPresent()
                                ? "'s layer " + looked.layer().getAsInt()
                                : ""));
            }
            PrintStream out = invocation.console().out();
            if (json) {
                nodes.stream().filter(Node::chosen).forEach(node -> out.println(EntryReport.json(node)));
            } else {
                boolean marks = changes != null || looked.layer().isPresent();
                print(top, nodes, marks, out);
            }
        }
        return ExitCode.OK;
    }

    private Set<Kind> kinds(boolean ofLayer) throws UsageError {
        if (changes == null) {
            return ofLayer
                    ? EnumSet.complementOf(EnumSet.of(Kind.UNMODIFIED))
                    : EnumSet.complementOf(EnumSet.of(Kind.REMOVED));
        }
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        for (Kind kind : Kind.values()) {
            if (changes.indexOf(kind.letter()) >= 0) {
                kinds.add(kind);
            }
        }
        String others = changes.replaceAll("[amru]", "");
        if (!others.isEmpty() || kinds.isEmpty()) {
            throw new UsageError(
                    "--changes: there is no kind of change \"" + others + "\"",
                    "known are a (added), m (modified), r (removed) and u (unmodified)");
        }
        return kinds;
    }

    private void print(RawPath top, List<Node> nodes, boolean marks, PrintStream out) {
        String name = top.isRoot() ? "/" : "/" + NameLines.escaped(top.bytes());
        out.println(nodes.stream()
                .filter(node -> node.path().equals(top))
                .findFirst()
                .map(node -> text(node, name, marks))
                .orElse(name));
        TreeLines.print(
                top,
                nodes.stream()
                        .filter(node -> !node.path().equals(top))
                        .map(node -> new TreeLines.Row(
                                node.path(),
                                text(
                                        node,
                                        NameLines.escaped(node.path().fileName().bytes()),
                                        marks)))
                        .toList(),
                out);
    }

    private String text(Node node, String name, boolean marks) {
        LayerEntry entry = node.change().shown().entry();
        StringBuilder text = new StringBuilder();
        if (marks) {
            text.append(node.change().kind().letter()).append(' ');
        }
        if (sizes && (entry.type() == EntryType.FILE || entry.isDirectory())) {
            text.append(Quantities.size(node.bytes())).append(' ');
        }
        text.append(name);
        if (entry.type() == EntryType.SYMLINK) {
            text.append(" -> ").append(NameLines.escaped(entry.linkTargetBytes()));
        }
        return text.toString();
    }
}
