package dev.jbuild.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.image.ImageEditor;
import dev.jbuild.image.ImageInputs;
import dev.jbuild.image.LocalImage;
import dev.jbuild.image.ReadableImage;
import dev.jbuild.image.Rebase;
import dev.jbuild.image.Rebase.Overlap;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jbuild rebase}. */
@Command(
        name = "rebase",
        description = "Make an image of another one's own layers upon another base, and tell which files of that base"
                + " they hide.")
final class RebaseCommand implements JbuildCommand {
    @Option(names = "--onto", paramLabel = "NEWBASE", required = true, description = "The new base.")
    private String onto = "";

    @Option(
            names = "--old-base",
            paramLabel = "OLD",
            description = "The image that it was built upon; else what its annotations say.")
    private @Nullable String oldBase;

    @Option(names = "--format", paramLabel = "text|json", description = "How the result is printed.")
    private String format = "text";

    @Mixin
    private EditOptions options = new EditOptions();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        boolean json = Listing.isTextOrJson(format);
        List<Overlap> overlaps = new ArrayList<>();
        return options.run(
                invocation,
                edited -> {
                    String below = oldBase != null ? oldBase : said(edited.image());
                    LocalImage old = edited.opening().open(below);
                    LocalImage base = edited.opening().open(onto);
                    int count = ImageEditor.commonLayers(edited.image(), options.image(), old, below);
                    LocalImage made = edited.engine().editor().rebased(edited.image(), old, base, onto);
                    overlaps.addAll(overlaps(invocation.console(), edited, base, count));
                    return made;
                },
                (made, console) -> {
                    if (json) {
                        console.out().println(json(made, overlaps));
                    } else {
                        console.out().println(made.id());
                        tell(overlaps, console);
                    }
                });
    }

    private String said(LocalImage image) throws UserError {
        return ImageEditor.baseOf(image)
                .orElseThrow(() -> new UserError(
                        "nothing says what " + options.image() + " was built upon", "give --old-base IMAGE"));
    }

    private static List<Overlap> overlaps(Console console, EditOptions.Edited edited, LocalImage base, int count)
            throws JbuildException {
        ImageInputs inputs = edited.engine().inputs(console.workingDirectory(), console.in());
        try (ReadableImage image = inputs.open(edited.image(), edited.cancellation());
                ReadableImage below = inputs.open(base, edited.cancellation())) {
            List<LayerIndex> layers = image.indexes();
            return Rebase.overlaps(layers.subList(0, count), below.indexes(), layers.subList(count, layers.size()));
        }
    }

    private static void tell(List<Overlap> overlaps, Console console) {
        long same = 0;
        for (Overlap each : overlaps) {
            if (each.base() == Rebase.Base.SAME) {
                same++;
            } else {
                console.err()
                        .println("/" + TerminalText.clean(each.path().toString()) + ": the new base "
                                + (each.base() == Rebase.Base.ADDED ? "has it, the old one did not" : "changed it")
                                + ", the image " + (each.removed() ? "removes" : "replaces") + " it");
            }
        }
        if (same > 0) {
            console.err()
                    .println(Quantities.counted((int) same, "other path")
                            + " that the image replaces or removes, as in the old base");
        }
    }

    private static String json(LocalImage made, List<Overlap> overlaps) {
        ObjectNode json = SourceText.MAPPER.createObjectNode();
        json.put("id", made.id().toString());
        ArrayNode array = json.putArray("overlaps");
        for (Overlap each : overlaps) {
            ObjectNode overlap = array.addObject();
            overlap.put("path", "/" + each.path());
            overlap.put("image", each.removed() ? "removes" : "replaces");
            overlap.put("base", each.base().toString());
        }
        return SourceText.json(json);
    }
}
