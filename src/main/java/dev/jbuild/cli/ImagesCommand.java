package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.image.ListedImage;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild images}. */
@Command(name = "images", description = "List the images of the store.")
final class ImagesCommand implements JbuildCommand {
    private static final String NONE = "<none>";

    @Option(
            names = {"-q", "--quiet"},
            description = "Print IDs only.")
    private boolean quiet;

    @Option(
            names = {"-a", "--all"},
            hidden = true,
            description = "There are no hidden images.")
    @SuppressWarnings("UnusedVariable")
    private boolean all;

    @Option(names = "--no-trunc", description = "Print IDs whole.")
    private boolean whole;

    @Option(names = "--digests", description = "Print the digests of manifests too.")
    private boolean digests;

    @Option(names = "--format", paramLabel = "json", description = "Print a JSON object a line.")
    private @Nullable String format;

    @Parameters(arity = "0..1", paramLabel = "NAME[:TAG]", description = "Only images of this name.")
    private @Nullable String name;

    @Override
    public int run(Invocation invocation) throws JbuildException {
        boolean json = Listing.isJson(format);
        List<ListedImage> images;
        try (Engine engine = invocation.open()) {
            images = engine.images().list();
        }
        String filter = name;
        if (filter != null) {
            ImageReference wanted = Invocation.reference(filter);
            boolean anyTag = !filter.substring(filter.lastIndexOf('/') + 1).contains(":");
            images = images.stream()
                    .filter(image -> image.name()
                            .filter(own -> own.name().equals(wanted.name())
                                    && (anyTag || own.tag().equals(wanted.tag())))
                            .isPresent())
                    .toList();
        }
        Console console = invocation.console();
        if (quiet) {
            Set<String> ids = new LinkedHashSet<>();
            images.forEach(image -> ids.add(id(image)));
            ids.forEach(console.out()::println);
        } else if (json) {
            images.forEach(image -> console.out().println(Listing.line(fields(image))));
        } else {
            table(images).print(console.out());
        }
        return ExitCode.OK;
    }

    private Table table(List<ListedImage> images) {
        Table table = digests
                ? new Table("REPOSITORY", "TAG", "DIGEST", "IMAGE ID", "CREATED", "SIZE")
                : new Table("REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE");
        for (ListedImage image : images) {
            String size = Quantities.size(image.size());
            if (digests) {
                table.row(repository(image), tag(image), image.manifest().toString(), id(image), since(image), size);
            } else {
                table.row(repository(image), tag(image), id(image), since(image), size);
            }
        }
        return table;
    }

    private Map<String, String> fields(ListedImage image) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Containers", "N/A");
        fields.put("CreatedAt", image.created().map(Instant::toString).orElse(""));
        fields.put("CreatedSince", since(image));
        fields.put("Digest", image.manifest().toString());
        fields.put("ID", id(image));
        fields.put("Repository", repository(image));
        fields.put("SharedSize", "N/A");
        fields.put("Size", Quantities.size(image.size()));
        fields.put("Tag", tag(image));
        fields.put("UniqueSize", "N/A");
        return fields;
    }

    private static String repository(ListedImage image) {
        return image.name().map(ImageReference::familiarName).orElse(NONE);
    }

    private static String tag(ListedImage image) {
        return image.name().flatMap(ImageReference::tag).orElse(NONE);
    }

    private String id(ListedImage image) {
        return whole ? image.id().toString() : image.id().shortHex();
    }

    private static String since(ListedImage image) {
        Optional<Instant> created = image.created();
        return created.isEmpty() ? "N/A" : Quantities.ago(Duration.between(created.get(), Instant.now()));
    }
}
