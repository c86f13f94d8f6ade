package dev.jbuild.image;

import dev.jbuild.oci.Platform;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An annotation that an image is to carry.
 *
 * @param place the document that carries it
 * @param platform the image of an index that it is for; all of them when absent
 */
public record Annotation(Place place, Optional<Platform> platform, String key, String value) {
    /** As an attribute of an output: {@code annotation-manifest[linux/amd64].key}. */
    private static final Pattern ATTRIBUTE =
            Pattern.compile("annotation(?:-([a-z-]+))?(?:\\[([A-Za-z0-9_/-]+)\\])?\\.(\\S+)");

    private static final Pattern PLACE = Pattern.compile("([a-z-]+)(?:\\[([A-Za-z0-9_/-]+)\\])?");

    /** What can be annotated. */
    public enum Place {
        MANIFEST,
        MANIFEST_DESCRIPTOR,
        INDEX,
        INDEX_DESCRIPTOR;

        static Place parse(String text) {
            for (Place place : values()) {
                if (place.written().equals(text)) {
                    return place;
                }
            }
            throw new IllegalArgumentException("unknown annotation type \"" + text
                    + "\", known are manifest, manifest-descriptor, index and index-descriptor");
        }

        private String written() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Whether a key of an output's attributes is that of an annotation. */
    static boolean isAttribute(String key) {
        return ATTRIBUTE.matcher(key).matches();
    }

    /**
     * Reads an attribute of an output.
     *
     * @throws IllegalArgumentException if it isn't an annotation
     */
    static Annotation ofAttribute(String key, String value) {
        Matcher matcher = ATTRIBUTE.matcher(key);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(key + " is not an annotation");
        }
        Place place = matcher.group(1) == null ? Place.MANIFEST : Place.parse(matcher.group(1));
        return new Annotation(place, platform(Optional.ofNullable(matcher.group(2))), matcher.group(3), value);
    }

    /**
     * Turns a {@code --annotation} value, {@code [TYPE[PLATFORM],…:]KEY=VALUE}, into attributes of an output.
     *
     * @throws IllegalArgumentException if it isn't of this form
     */
    public static Map<String, String> attributes(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("invalid annotation \"" + text + "\", expected key=value");
        }
        String value = text.substring(equals + 1);
        int colon = text.lastIndexOf(':', equals) < 0 ? -1 : text.indexOf(':');
        String key = text.substring(colon + 1, equals);
        if (key.isBlank()) {
            throw new IllegalArgumentException("invalid annotation \"" + text + "\": it has no key");
        }
        Map<String, String> attributes = new LinkedHashMap<>();
        for (String place : (colon < 0 ? "manifest" : text.substring(0, colon)).split(",", -1)) {
            Matcher matcher = PLACE.matcher(place);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("invalid annotation type \"" + place
                        + "\", expected type and optional platform in square brackets");
            }
            Place.parse(matcher.group(1));
            platform(Optional.ofNullable(matcher.group(2)));
            attributes.put("annotation-" + place + "." + key, value);
        }
        return attributes;
    }

    private static Optional<Platform> platform(Optional<String> text) {
        return text.map(name -> Platform.parse(name, new Platform("linux", "")));
    }
}
