package dev.jbuild.cli;

import dev.jbuild.problem.UsageError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The values of {@code --attest}, {@code --provenance} and {@code --sbom}, spelled as buildx spells them. jbuild makes no
 * attestations yet; to ask for none is granted, to ask for one refused.
 */
final class AttestFlag {
    private AttestFlag() {}

    /** Refuses the first value that asks for an attestation. */
    static void check(List<String> attest, List<String> provenance, List<String> sbom) throws UsageError {
        for (String value : attest) {
            check("--attest", value, value);
        }
        for (String value : provenance) {
            check("--provenance", value, whole("provenance", value));
        }
        for (String value : sbom) {
            check("--sbom", value, whole("sbom", value));
        }
    }

    /** The short forms as {@code --attest} spells them. */
    private static String whole(String type, String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1", "t" -> "type=" + type;
            case "false", "0", "f" -> "type=" + type + ",disabled=true";
            default -> "type=" + type + "," + value;
        };
    }

    private static void check(String flag, String written, String whole) throws UsageError {
        Map<String, String> pairs = new LinkedHashMap<>(CsvPairs.parse(flag, whole));
        String type = pairs.getOrDefault("type", "");
        if (type.isEmpty()) {
            throw new UsageError(flag + " " + written + ": attestation type not specified", "such as type=provenance");
        }
        boolean disabled = switch (pairs.getOrDefault("disabled", "false").toLowerCase(Locale.ROOT)) {
            case "true", "1", "t" -> true;
            case "false", "0", "f" -> false;
            default ->
                throw new UsageError(
                        flag + " " + written + ": disabled=" + pairs.get("disabled") + " is not true or false");
        };
        if (!disabled) {
            throw new UsageError(
                    flag + " " + written + " is not supported yet: jbuild can't do attestations",
                    "leave it out; jbuild refuses it rather than build something else than you asked for");
        }
    }
}
