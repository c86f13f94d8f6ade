package dev.jbuild.cli;

import dev.jbuild.cache.remote.CachePlace;
import dev.jbuild.engine.CacheSettings;
import dev.jbuild.image.AttributeValues;
import dev.jbuild.image.CacheExport;
import dev.jbuild.layer.Compression;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.UsageError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The values of {@code --cache-from} and {@code --cache-to}, spelled as buildx spells them. */
final class CacheFlags {
    private static final String FROM = "--cache-from";
    private static final String TO = "--cache-to";
    private static final String DEFAULT_TAG = "latest";
    private static final String TAG = "[A-Za-z0-9_][A-Za-z0-9._-]{0,127}";

    private final String flag;
    private final String value;
    private final Console console;
    private final AttributeValues values;
    /** What has not been read yet. */
    private final Map<String, String> pairs;

    private CacheFlags(String flag, String value, Map<String, String> pairs, Console console) {
        this.flag = flag;
        this.value = value;
        this.pairs = new LinkedHashMap<>(pairs);
        this.console = console;
        this.values = new AttributeValues(flag);
    }

    /**
     * @param inline whether images carry their cache even if {@code to} doesn't say so
     * @param ttl the value of {@code --cache-ttl}, if it is given
     * @param key the value of {@code --cache-key}
     */
    static CacheSettings parse(
            List<String> from, List<String> to, boolean inline, @Nullable String ttl, String key, Console console)
            throws UsageError {
        boolean carried = inline;
        List<CachePlace> places = new ArrayList<>();
        for (String value : from) {
            for (CacheFlags flags : of(FROM, value, console)) {
                places.add(flags.place());
                flags.refuseRest();
            }
        }
        List<CacheExport> exports = new ArrayList<>();
        for (String value : to) {
            for (CacheFlags flags : of(TO, value, console)) {
                if (flags.isInline()) {
                    carried = true;
                } else {
                    exports.add(flags.export());
                    flags.refuseRest();
                }
            }
        }
        return new CacheSettings(places, exports, carried, ttl(ttl), isStrict(key));
    }

    private static boolean isStrict(String key) throws UsageError {
        return switch (key) {
            case "content" -> false;
            case "strict" -> true;
            default -> throw new UsageError("--cache-key " + key + " is unknown", "known are content and strict");
        };
    }

    private static Optional<Duration> ttl(@Nullable String given) throws UsageError {
        if (given == null) {
            return Optional.empty();
        }
        Optional<Duration> ttl = PruneFilters.duration(given);
        if (ttl.isEmpty()) {
            throw new UsageError("--cache-ttl " + given + " is no duration", "such as 90m, 36h, 7d or 2w");
        }
        return ttl;
    }

    /** One cache, or as many as there are fields that are names of images. */
    private static List<CacheFlags> of(String flag, String value, Console console) throws UsageError {
        List<String> fields = CsvPairs.fields(flag, value);
        if (fields.stream().anyMatch(field -> field.contains("="))) {
            return List.of(new CacheFlags(flag, value, CsvPairs.parse(flag, value), console));
        }
        return fields.stream()
                .map(name -> new CacheFlags(flag, value, Map.of("type", "registry", "ref", name), console))
                .toList();
    }

    /** The attributes say how layers are exported, which an image carries as they are. */
    private boolean isInline() {
        return pairs.getOrDefault("type", "").equals("inline");
    }

    private CachePlace place() throws UsageError {
        String type = take("type").orElse("");
        return switch (type) {
            case "local" -> directory();
            case "" -> throw new UsageError(flag + " " + value + " has no type", "such as type=local");
            case "registry" -> registry();
            case "inline" ->
                throw new UsageError(
                        flag + " type=inline doesn't say which image", "name it: type=registry,ref=REGISTRY/NAME:TAG");
            case "gha", "s3", "azblob" ->
                throw new UsageError(
                        flag + " type=" + type + " is not supported: jbuild can't keep caches there",
                        "use type=registry, or type=local with a directory that is kept");
            default ->
                throw new UsageError(
                        "unknown type \"" + type + "\" of " + flag, "known are local, registry and inline");
        };
    }

    private CachePlace directory() throws UsageError {
        String key = flag.equals(FROM) ? "src" : "dest";
        String path = take(key).orElse("");
        if (path.isEmpty()) {
            throw new UsageError(
                    flag + " type=local needs a directory", "as in " + flag + " type=local," + key + "=cache");
        }
        String tag = take("tag").orElse(DEFAULT_TAG);
        if (!tag.matches(TAG)) {
            throw new UsageError("tag=" + tag + " of " + flag + " can't be a tag");
        }
        Optional<String> digest = flag.equals(FROM) ? take("digest") : Optional.empty();
        return new CachePlace.Directory(
                console.resolve(path).normalize(),
                tag,
                digest.isPresent() ? Optional.of(digest(digest.get())) : Optional.empty());
    }

    private CachePlace registry() throws UsageError {
        String name = take("ref").orElse("");
        if (flag("registry.insecure", false)) {
            throw new UsageError(
                    "registry.insecure=true of " + flag + " is not supported",
                    "say which registries are insecure for all of jbuild, or use --tls-verify=false");
        }
        try {
            ImageReference reference = ImageReference.parse(name);
            if (flag.equals(TO) && reference.digest().isPresent()) {
                throw new UsageError(flag + " ref=" + name + ": what is written can't be named by its digest");
            }
            return new CachePlace.Registry(reference);
        } catch (IllegalArgumentException e) {
            throw new UsageError("ref=" + name + " of " + flag + " isn't an image name: " + e.getMessage());
        }
    }

    private Digest digest(String text) throws UsageError {
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageError("digest=" + text + " of " + flag + " is no digest");
        }
    }

    private CacheExport export() throws UsageError {
        CachePlace place = place();
        boolean ociTypes = flag("oci-mediatypes", true);
        if (!ociTypes && flag("image-manifest", false)) {
            throw new UsageError("image-manifest=true of " + flag + " conflicts with oci-mediatypes=false");
        }
        // Each record is an image manifest, and nothing else would do.
        flag("image-manifest", true);
        Optional<String> compression = take("compression");
        Optional<String> level = take("compression-level");
        return new CacheExport(
                place,
                max(),
                compression.isPresent() ? values.compression(compression.get()) : Compression.GZIP,
                level.isPresent() ? OptionalInt.of(values.level(level.get())) : OptionalInt.empty(),
                flag("force-compression", false),
                place instanceof CachePlace.Directory && flag("reset", true),
                flag("ignore-error", false));
    }

    private boolean max() throws UsageError {
        String mode = take("mode").orElse("min");
        return switch (mode) {
            case "min" -> false;
            case "max" -> true;
            default -> throw new UsageError("unknown mode \"" + mode + "\" of " + flag, "known are min and max");
        };
    }

    private boolean flag(String key, boolean otherwise) throws UsageError {
        Optional<String> given = take(key);
        return given.isPresent() ? values.flag(key, given.get()) : otherwise;
    }

    private Optional<String> take(String key) {
        return Optional.ofNullable(pairs.remove(key));
    }

    private void refuseRest() throws UsageError {
        if (!pairs.isEmpty()) {
            throw new UsageError(
                    "unknown attribute \"" + pairs.keySet().iterator().next() + "\" of " + flag);
        }
    }
}
