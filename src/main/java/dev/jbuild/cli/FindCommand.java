package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.inspect.EntryFilters;
import dev.jbuild.inspect.EntryReport;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.snapshot.MergedView.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild find}. */
@Command(
        name = "find",
        description = "Find files of an image, or of one of its layers, in the manner of find(1).",
        footer = {"", "All that is asked for must hold. Sizes without a unit are bytes, unlike those of find(1)."})
final class FindCommand implements JbuildCommand {
    @Option(names = "--name", paramLabel = "GLOB", description = "Whose name matches: *, ? and [...] are wildcards.")
    private @Nullable String name;

    @Option(names = "--path", paramLabel = "GLOB", description = "Whose path matches; wildcards match slashes too.")
    private @Nullable String path;

    @Option(names = "--type", paramLabel = "LETTERS", description = "f, d, l, c, b, p or w (removed); also as f,l.")
    private @Nullable String type;

    @Option(names = "--size", paramLabel = "[+-]N[ckMG]", description = "Larger (+) or smaller (-) than N, or N.")
    private @Nullable String size;

    @Option(
            names = "--perm",
            paramLabel = "[-/]MODE",
            description = "With this mode, all of its bits (-), or any of them (/).")
    private @Nullable String permissions;

    @Option(names = "--user", paramLabel = "N", description = "Of the user with this number.")
    private @Nullable String user;

    @Option(names = "--group", paramLabel = "N", description = "Of the group with this number.")
    private @Nullable String group;

    @Option(names = "--sha256", paramLabel = "HEX", description = "Files with this content; 7 digits may be enough.")
    private @Nullable String content;

    @Option(names = "--newer", paramLabel = "TIME", description = "Changed after it: 2026-01-31, an instant or @N.")
    private @Nullable String newer;

    @Option(
            names = {"--max-depth", "--maxdepth"},
            paramLabel = "N",
            description = "Only so deep beneath PATH; 0 is PATH itself.")
    private int depth = Integer.MAX_VALUE;

    @Option(
            names = {"-0", "--print0"},
            description = "End paths with a NUL and not with a newline.")
    private boolean nul;

    @Option(names = "--format", paramLabel = "text|json", description = "json prints a JSON object a line.")
    private @Nullable String format;

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The image for this platform.")
    private @Nullable String platform;

    @Parameters(
            paramLabel = "IMAGE[@LAYER][:PATH]",
            description = "A name or ID, or the path of an OCI layout or of an archive; and where to begin.")
    private String image = "";

    /** Makes a predicate of the text of a flag. */
    @FunctionalInterface
    private interface Reading {
        Predicate<LayerEntry> read(String text) throws UsageError;
    }

    @Override
    public int run(Invocation invocation) throws JbuildException {
        boolean json = Listing.isTextOrJson(format);
        Predicate<LayerEntry> wanted = wanted();
        ImagePath place = ImagePath.parse(image);
        try (Engine engine = invocation.open();
                Looked looked = Looked.open(invocation, engine, place.image(), Optional.ofNullable(platform))) {
            Console console = invocation.console();
            NameLines lines = new NameLines(console.out(), console.outputIsTerminal() && !nul);
            for (Found found : candidates(looked, place)) {
                if (!wanted.test(found.entry())) {
                    continue;
                }
                if (json) {
                    console.out().println(EntryReport.json(found));
                } else {
                    lines.text("/").name(found.entry().path().bytes()).end(nul ? '\0' : '\n');
                }
            }
        }
        return ExitCode.OK;
    }

    private List<Found> candidates(Looked looked, ImagePath place) throws JbuildException {
        Found top = looked.find(place.pathOrRoot(), true);
        List<Found> candidates = new ArrayList<>(List.of(top));
        for (Found found : looked.view().beneath(top.entry().path())) {
            boolean near = depth == Integer.MAX_VALUE
                    || found.entry()
                                    .path()
                                    .relativeTo(top.entry().path())
                                    .segments()
                                    .size()
                            <= depth;
            if (near) {
                candidates.add(found);
            }
        }
        return candidates;
    }

    private Predicate<LayerEntry> wanted() throws UsageError {
        return read(name, EntryFilters::name)
                .and(read(path, EntryFilters::path))
                .and(read(type, EntryFilters::type))
                .and(read(size, EntryFilters::size))
                .and(read(permissions, EntryFilters::permissions))
                .and(read(user, EntryFilters::user))
                .and(read(group, EntryFilters::group))
                .and(read(content, EntryFilters::content))
                .and(read(newer, EntryFilters::newer));
    }

    private static Predicate<LayerEntry> read(@Nullable String text, Reading reading) throws UsageError {
        return text == null ? entry -> true : reading.read(text);
    }
}
