package dev.jbuild.image;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.store.BlobSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The images of an OCI layout directory, by the names that its index gives them. */
final class LayoutImages {
    private static final String NAME = "org.opencontainers.image.ref.name";
    private static final String WHOLE_NAME = "io.containerd.image.name";

    private final Path directory;
    private final ArchivedFiles files;
    private final BlobSource blobs;

    /** @param files those of the directory */
    LayoutImages(Path directory, ArchivedFiles files) {
        this.directory = directory;
        this.files = files;
        this.blobs = files.blobs();
    }

    /** The one with a digest; or with a tag; or the only one. */
    Descriptor find(Optional<String> tag, Optional<Digest> digest) throws JbuildException {
        if (digest.isPresent()) {
            if (!blobs.has(digest.get())) {
                throw new UserError("the OCI layout " + directory + " holds no image " + digest.get());
            }
            return described(digest.get(), "");
        }
        List<Descriptor> entries = index().manifests();
        String wanted = tag.orElse("latest");
        Optional<Descriptor> found =
                entries.stream().filter(entry -> isCalled(entry, wanted)).findFirst();
        if (found.isEmpty() && entries.size() != 1) {
            throw new UserError(
                    "the OCI layout " + directory + " holds no image called " + wanted,
                    "it holds: "
                            + String.join(
                                    ", ",
                                    entries.stream().map(LayoutImages::shown).toList()));
        }
        Descriptor entry = found.orElse(entries.get(0));
        if (!blobs.has(entry.digest())) {
            throw new UserError("the OCI layout " + directory + " lacks the blob " + entry.digest());
        }
        return described(entry.digest(), entry.mediaType());
    }

    private Descriptor described(Digest document, String mediaType) throws JbuildException {
        return Documents.describe(blobs.read(document), mediaType);
    }

    private ImageIndex index() throws JbuildException {
        byte[] document = files.document("index.json")
                .orElseThrow(() -> new UserError(directory + " isn't an OCI image layout: it has no index.json"));
        try {
            return ImageIndex.parse(document, MediaTypes.OCI_INDEX);
        } catch (MalformedDocument e) {
            throw new UserError("the index.json of " + directory + " is malformed: " + e.getMessage(), e);
        }
    }

    private static boolean isCalled(Descriptor entry, String tag) {
        return Stream.of(NAME, WHOLE_NAME)
                .map(key -> entry.annotations().getOrDefault(key, ""))
                .anyMatch(name -> name.equals(tag) || name.endsWith(":" + tag));
    }

    private static String shown(Descriptor entry) {
        return entry.annotations().getOrDefault(NAME, entry.digest().toString());
    }
}
