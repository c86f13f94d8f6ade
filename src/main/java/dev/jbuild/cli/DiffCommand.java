package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.inspect.DiffReport;
import dev.jbuild.inspect.ImageDiff;
import dev.jbuild.inspect.ImageDiff.FileChange;
import dev.jbuild.inspect.ImageDiff.Setting;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild diff}. As diff(1), it ends with 0 if there is no difference, with 1 if there is one. */
@Command(name = "diff", description = "Show in what two images, layers or trees in them differ.")
final class DiffCommand implements JbuildCommand {
    private static final int EQUAL = 0;
    private static final int DIFFERENT = 1;

    @Option(names = "--times", description = "Files that were changed at another time differ, too.")
    private boolean times;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print nothing; tell by the exit status alone.")
    private boolean quiet;

    @Option(names = "--format", paramLabel = "json", description = "Print one JSON object.")
    private @Nullable String format;

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The images for this platform.")
    private @Nullable String platform;

    @Parameters(
            arity = "2",
            paramLabel = "IMAGE[@LAYER][:PATH]",
            description = "The older and the newer one: names or IDs, or paths of OCI layouts or archives.")
    private List<String> places = List.of();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        boolean json = Listing.isJson(format);
        ImagePath first = ImagePath.parse(places.get(0));
        ImagePath second = ImagePath.parse(places.get(1));
        if (first.path().isPresent()
                && second.path().isPresent()
                && !first.path().equals(second.path())) {
            throw new UsageError("the paths in both images must be the same");
        }
        try (Engine engine = invocation.open();
                Looked before = Looked.open(invocation, engine, first.image(), Optional.ofNullable(platform));
                Looked after = Looked.open(invocation, engine, second.image(), Optional.ofNullable(platform))) {
            ImageDiff diff = diff(before, first, after, second);
            if (!quiet && json) {
                invocation.console().out().println(DiffReport.json(diff));
            } else if (!quiet) {
                print(new NameLines(invocation.console()), diff);
            }
            return diff.isEmpty() ? EQUAL : DIFFERENT;
        }
    }

    /** Settings and steps are those of whole images. */
    private ImageDiff diff(Looked before, ImagePath first, Looked after, ImagePath second) {
        boolean whole = before.layer().isEmpty() && after.layer().isEmpty();
        Optional<RawPath> path = first.path().or(second::path);
        return whole && path.isEmpty()
                ? ImageDiff.of(
                        before.view(),
                        before.image().image().config(),
                        after.view(),
                        after.image().image().config(),
                        times)
                : ImageDiff.ofTrees(before.view(), after.view(), path.orElse(RawPath.ROOT), times);
    }

    private static void print(NameLines lines, ImageDiff diff) {
        for (FileChange change : diff.files()) {
            lines.text(change.kind() + " /").name(change.path().bytes());
            if (!change.what().isEmpty()) {
                lines.text(" (" + String.join(", ", change.what()) + sizes(change) + ")");
            }
            lines.end();
        }
        for (Setting setting : diff.settings()) {
            lines.text("C " + setting.name() + ": ").name(bytes(setting.before()));
            lines.text(" -> ").name(bytes(setting.after())).end();
        }
        diff.stepsBefore()
                .forEach(step -> lines.text("D step: ").name(bytes(step)).end());
        diff.stepsAfter()
                .forEach(step -> lines.text("A step: ").name(bytes(step)).end());
        lines.text(summary(diff)).end();
    }

    private static byte[] bytes(String text) {
        return text.replace('\n', ' ').getBytes(StandardCharsets.UTF_8);
    }

    private static String sizes(FileChange change) {
        long before = size(change.before());
        long after = size(change.after());
        return before == after ? "" : ", " + Quantities.size(before) + " -> " + Quantities.size(after);
    }

    private static long size(Optional<Found> found) {
        return found.map(each -> each.entry().size()).orElse(0L);
    }

    private static String summary(ImageDiff diff) {
        if (diff.isEmpty()) {
            return "no difference";
        }
        long added =
                diff.files().stream().filter(change -> change.kind() == 'A').count();
        long removed =
                diff.files().stream().filter(change -> change.kind() == 'D').count();
        long changed = diff.files().size() - added - removed;
        long grown = diff.files().stream()
                .mapToLong(change -> size(change.after()) - size(change.before()))
                .sum();
        return "%d added, %d deleted, %d changed; the files are %s %s"
                .formatted(added, removed, changed, Quantities.size(Math.abs(grown)), grown < 0 ? "smaller" : "larger");
    }
}
