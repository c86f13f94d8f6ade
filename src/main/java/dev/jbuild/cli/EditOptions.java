package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.image.ImageAddress;
import dev.jbuild.image.LocalImage;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.Lease;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What commands have in common that make an image of another one. */
final class EditOptions {
    @Option(
            names = {"-t", "--tag"},
            paramLabel = "NAME[:TAG]",
            description = "Name the new image, which may be the old one's name. May be repeated.")
    private List<String> tags = new ArrayList<>();

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The image for this platform.")
    private @Nullable String platform;

    @Parameters(
            index = "0",
            paramLabel = "IMAGE",
            description = "A name or an ID, an OCI layout (./dir, oci:dir:tag) or an archive (./image.tar,"
                    + " docker-archive:FILE, -).")
    private String image = "";

    /** Makes an image. */
    @FunctionalInterface
    interface Edit {
        LocalImage make(Edited edited) throws JbuildException;
    }

    /**
     * What an edit works with.
     *
     * @param image that is to be changed
     */
    record Edited(Engine engine, LocalImage image, Opening opening, Cancellation cancellation) {}

    /** Opens further images. */
    @FunctionalInterface
    interface Opening {
        LocalImage open(String text) throws JbuildException;
    }

    String image() {
        return image;
    }

    /** Tells of an image that was made. */
    @FunctionalInterface
    interface Telling {
        void tell(LocalImage made, Console console);
    }

    /** Makes an image, names it, and prints its ID. */
    int run(Invocation invocation, Edit edit) throws JbuildException {
        return run(invocation, edit, (made, console) -> console.out().println(made.id()));
    }

    /** Makes an image and names it. */
    @SuppressWarnings("try") // the lease is held, not used
    int run(Invocation invocation, Edit edit, Telling telling) throws JbuildException {
        List<ImageReference> names = new ArrayList<>();
        for (String tag : tags) {
            names.add(Invocation.reference(tag));
        }
        Console console = invocation.console();
        Cancellation cancellation = Invocation.interruptible();
        var wanted = invocation.platform(Optional.ofNullable(platform));
        try (Engine engine = invocation.open();
                Lease lease = engine.store().lease()) {
            Opening opening = text -> engine.inputs(console.workingDirectory(), console.in())
                    .take(ImageAddress.parse(text), wanted, cancellation);
            LocalImage made = edit.make(new Edited(engine, opening.open(image), opening, cancellation));
            engine.images().name(made, names);
            telling.tell(made, console);
        }
        return ExitCode.OK;
    }
}
