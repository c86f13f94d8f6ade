package dev.jbuild.cli;

import dev.jbuild.image.ImageEditor;
import dev.jbuild.image.LocalImage;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.problem.UserError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jbuild squash}. */
@Command(name = "squash", description = "Make an image of which several layers of another one are one.")
final class SquashCommand implements JbuildCommand {
    @Option(names = "--all", description = "All layers become one.")
    private boolean all;

    @Option(
            names = "--keep-base",
            paramLabel = "BASE",
            description = "All layers become one but those of this image, upon which it was built.")
    private @Nullable String base;

    @Option(
            names = "--from-layer",
            paramLabel = "N",
            description = "The layers from this one on become one, counted from 0 at the bottom as jbuild layers does.")
    private @Nullable Integer from;

    @Mixin
    private EditOptions options = new EditOptions();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        int asked = (all ? 1 : 0) + (base == null ? 0 : 1) + (from == null ? 0 : 1);
        if (asked != 1) {
            throw new UsageError(
                    asked == 0 ? "nothing says which layers become one" : "only one can say which layers become one",
                    "give --all, --keep-base BASE or --from-layer N");
        }
        return options.run(
                invocation,
                edited -> edited.engine().editor().squashed(edited.image(), kept(edited), edited.cancellation()));
    }

    private int kept(EditOptions.Edited edited) throws JbuildException {
        String below = base;
        if (below != null) {
            LocalImage other = edited.opening().open(below);
            return ImageEditor.commonLayers(edited.image(), options.image(), other, below);
        }
        Integer number = from;
        int count = edited.image().config().diffIds().size();
        if (number != null && (number < 0 || number >= count)) {
            throw new UserError(
                    "there is no layer " + number + ": the image has " + count + ", counted from 0 at the bottom");
        }
        return number == null ? 0 : number;
    }
}
