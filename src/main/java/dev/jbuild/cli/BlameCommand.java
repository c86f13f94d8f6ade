package dev.jbuild.cli;

import dev.jbuild.builds.LayerMakers;
import dev.jbuild.builds.LayerMakers.Maker;
import dev.jbuild.engine.Engine;
import dev.jbuild.inspect.BlameReport;
import dev.jbuild.inspect.LayerChange;
import dev.jbuild.inspect.PathHistory;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.problem.UserError;
import dev.jbuild.snapshot.MergedView;
import dev.jbuild.sys.RawPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild blame}. */
@Command(
        name = "blame",
        description = "Tell which layer wrote a path last, and which instruction and build made that layer.",
        footer = {
            "",
            "Of a directory, a row is printed for itself and for all that is directly in it. BUILD and LINE are known of"
                    + " layers that a build of this store made, as long as it is listed by jbuild builds ls."
        })
final class BlameCommand implements JbuildCommand {
    private static final int INSTRUCTION_COLUMNS = 60;

    @Option(names = "--all", description = "Tell all layers that touched it, and paths that are gone.")
    private boolean all;

    @Option(
            names = {"-R", "--recursive"},
            description = "Of a directory, tell everything beneath it.")
    private boolean recursive;

    @Option(names = "--format", paramLabel = "table|json", description = "json prints a JSON object a line.")
    private @Nullable String format;

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The image for this platform.")
    private @Nullable String platform;

    @Parameters(
            index = "0",
            paramLabel = "IMAGE[@LAYER][:PATH]",
            description =
                    "A name or ID, or the path of an OCI layout or of an archive; layers above LAYER don't count.")
    private String image = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "PATH", description = "A path in the image.")
    private @Nullable String path;

    @Override
    public int run(Invocation invocation) throws JbuildException {
        boolean json = Listing.isJson(format);
        ImagePath place = ImagePath.parse(image);
        RawPath asked = asked(place);
        try (Engine engine = invocation.open();
                Looked looked = Looked.open(invocation, engine, place.image(), Optional.ofNullable(platform))) {
            List<LayerChange> changes = changes(looked, asked);
            BlameReport report = new BlameReport(looked.facts(), LayerMakers.of(engine.builds()));
            if (json) {
                changes.forEach(change -> invocation.console().out().println(report.json(change)));
            } else {
                print(invocation.console(), report, changes);
            }
        }
        return ExitCode.OK;
    }

    private RawPath asked(ImagePath place) throws UsageError {
        if (path == null) {
            return place.path()
                    .orElseThrow(() -> new UsageError(
                            "no path is named", "call it as jbuild blame IMAGE PATH, such as jbuild blame app /etc"));
        }
        if (place.path().isPresent()) {
            throw new UsageError("two paths are named: /" + place.path().get() + " and " + path, "leave one out");
        }
        return RawPath.of(path);
    }

    private List<LayerChange> changes(Looked looked, RawPath asked) throws UserError {
        RawPath top = MergedView.of(looked.stack()).resolve(asked, false);
        List<PathHistory> histories = PathHistory.of(looked.stack(), top, recursive ? Integer.MAX_VALUE : 1);
        if (histories.isEmpty()) {
            throw new UserError("no layer of the image has ever had a /" + asked);
        }
        List<LayerChange> changes = new ArrayList<>();
        for (PathHistory history : histories) {
            if (all) {
                changes.addAll(history.changes());
            } else if (history.isPresent() || history.path().equals(top)) {
                changes.add(history.last());
            }
        }
        return changes;
    }

    private static void print(Console console, BlameReport report, List<LayerChange> changes) {
        Table table = new Table("LAYER", "CHANGE", "BUILD", "LINE", "CREATED BY", "PATH");
        for (LayerChange change : changes) {
            Optional<Maker> maker = report.maker(change);
            table.row(
                    String.valueOf(change.layer()),
                    BlameReport.word(change)
                            + (change.what().isEmpty() ? "" : " (" + String.join(", ", change.what()) + ")"),
                    maker.map(found -> found.build().id()).orElse(""),
                    maker.map(found -> TerminalText.clean(found.line())).orElse(""),
                    LayerView.instruction(report.createdBy(change), INSTRUCTION_COLUMNS),
                    "/" + NameLines.escaped(change.path().bytes()));
        }
        table.print(console.out());
    }
}
