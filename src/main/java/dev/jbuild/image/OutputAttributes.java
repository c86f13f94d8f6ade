package dev.jbuild.image;

import dev.jbuild.layer.Compression;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.UsageError;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the attributes of one {@code --output}, spelled as BuildKit's exporters spell them. */
final class OutputAttributes {
    private static final AttributeValues VALUES = new AttributeValues("--output");

    private final ExportOptions.Type type;
    private Optional<Path> destination = Optional.empty();
    private boolean stream;
    private boolean tar = true;
    private Optional<Boolean> platformSplit = Optional.empty();

    private Optional<Compression> compression = Optional.empty();
    private OptionalInt level = OptionalInt.empty();
    private boolean forceCompression;
    private boolean ociTypes = true;
    private boolean rewriteTimestamp;
    private boolean unpack;
    private ImageForm.Epoch epoch = ImageForm.KEPT.epoch();
    private final List<Annotation> annotations = new ArrayList<>();

    private final List<ImageReference> names = new ArrayList<>();
    private boolean store = true;
    private boolean push;
    private boolean byDigest;
    private boolean canonical;
    private Optional<ImageReference> danglingPrefix = Optional.empty();
    private boolean danglingOnlyUnnamed;

    OutputAttributes(ExportOptions.Type type, boolean push) {
        this.type = type;
        this.push = push;
    }

    void read(String key, String value) throws UsageError {
        switch (key) {
            case "dest" -> {
                stream = value.equals("-");
                destination = stream ? Optional.empty() : Optional.of(path(value));
            }
            case "tar" -> tar = VALUES.flag(key, value);
            case "platform-split" -> platformSplit = Optional.of(VALUES.flag(key, value));
            case "source-date-epoch" -> epoch = new ImageForm.Epoch(true, time(value));
            default -> {
                if (!readForm(key, value) && !readNaming(key, value)) {
                    throw new UsageError("unknown attribute \"" + key + "\" of --output");
                }
            }
        }
    }

    private boolean readForm(String key, String value) throws UsageError {
        switch (key) {
            case "compression" -> compression = Optional.of(VALUES.compression(value));
            case "compression-level" -> level = OptionalInt.of(VALUES.level(value));
            case "force-compression" -> forceCompression = VALUES.flag(key, value);
            case "oci-mediatypes" -> ociTypes = VALUES.flag(key, value);
            case "rewrite-timestamp" -> rewriteTimestamp = VALUES.flag(key, value);
            case "unpack" -> unpack = VALUES.flag(key, value);
            default -> {
                if (!Annotation.isAttribute(key)) {
                    return false;
                }
                annotations.add(annotation(key, value));
            }
        }
        return true;
    }

    private boolean readNaming(String key, String value) throws UsageError {
        switch (key) {
            case "name" -> name(value);
            case "push" -> push = VALUES.flag(key, value);
            case "push-by-digest" -> byDigest = VALUES.flag(key, value);
            case "store" -> store = VALUES.flag(key, value);
            case "name-canonical" -> canonical = VALUES.flag(key, value);
            case "dangling-name-prefix" -> danglingPrefix = Optional.of(untagged(key, value));
            // BuildKit's own spelling, and what it was meant to be.
            case "danging-name-empty-only", "dangling-name-empty-only" -> danglingOnlyUnnamed = VALUES.flag(key, value);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static Path path(String value) throws UsageError {
        if (value.isEmpty()) {
            throw new UsageError("dest= of --output is empty");
        }
        return Path.of(value);
    }

    private static Optional<Instant> time(String value) throws UsageError {
        try {
            return value.isEmpty() ? Optional.empty() : Optional.of(Instant.ofEpochSecond(Long.parseLong(value)));
        } catch (NumberFormatException | DateTimeException e) {
            throw new UsageError(
                    "source-date-epoch=" + value + " of --output is not a time", "give seconds since 1970");
        }
    }

    private void name(String value) throws UsageError {
        for (String name : value.split(",", -1)) {
            try {
                names.add(ImageReference.parse(name.strip()));
            } catch (IllegalArgumentException e) {
                throw new UsageError("name=" + name + " of --output isn't an image name: " + e.getMessage());
            }
        }
    }

    private static ImageReference untagged(String key, String value) throws UsageError {
        try {
            return ImageReference.parseNormalized(value);
        } catch (IllegalArgumentException e) {
            throw new UsageError(key + "=" + value + " of --output isn't an image name: " + e.getMessage());
        }
    }

    private static Annotation annotation(String key, String value) throws UsageError {
        try {
            return Annotation.ofAttribute(key, value);
        } catch (IllegalArgumentException e) {
            throw new UsageError(key + " of --output: " + e.getMessage());
        }
    }

    ExportOptions finish(String typeName) throws UsageError {
        boolean needsPlace = type != ExportOptions.Type.IMAGE;
        if (needsPlace && destination.isEmpty() && !stream) {
            throw new UsageError("--output type=" + typeName + " needs a dest=", "for standard output: dest=-");
        }
        boolean directory = type == ExportOptions.Type.LOCAL || !tar;
        if (stream && directory) {
            throw new UsageError("--output type=" + typeName + " makes a directory, which dest=- can't hold");
        }
        if (unpack && rewriteTimestamp) {
            throw new UsageError("rewrite-timestamp=true of --output conflicts with unpack=true");
        }
        Annotations all = new Annotations(annotations);
        if (!ociTypes && all.beyondManifests()) {
            throw new UsageError("annotations of indexes and descriptors conflict with oci-mediatypes=false");
        }
        return new ExportOptions(
                type,
                destination,
                tar,
                platformSplit,
                new ImageForm(compression, level, forceCompression, !ociTypes, rewriteTimestamp, epoch, all),
                new ImageNaming(names, store, push, byDigest, canonical, danglingPrefix, danglingOnlyUnnamed));
    }
}
