package dev.jbuild.image;

import dev.jbuild.layer.Compression;
import dev.jbuild.problem.UsageError;

/**
 * Reads values of attributes as BuildKit does.
 *
 * @param flag the flag that the attributes stand in, for messages
 */
public record AttributeValues(String flag) {
    /** Yes or no; an attribute that is only named is set. */
    public boolean flag(String key, String value) throws UsageError {
        return switch (value) {
            case "", "true", "1", "t", "T", "TRUE", "True" -> true;
            case "false", "0", "f", "F", "FALSE", "False" -> false;
            default -> throw new UsageError(key + "=" + value + " of " + flag + " is neither true nor false");
        };
    }

    public Compression compression(String value) throws UsageError {
        return switch (value) {
            case "uncompressed" -> Compression.NONE;
            case "gzip" -> Compression.GZIP;
            case "zstd" -> Compression.ZSTD;
            case "estargz" ->
                throw new UsageError(
                        "compression=estargz of " + flag + " is not supported yet", "use uncompressed, gzip or zstd");
            default ->
                throw new UsageError(
                        "unknown compression \"" + value + "\" of " + flag, "known are uncompressed, gzip and zstd");
        };
    }

    public int level(String value) throws UsageError {
        if (!value.matches("-?[0-9]{1,3}")) {
            throw new UsageError("compression-level=" + value + " of " + flag + " isn't a number");
        }
        return Integer.parseInt(value);
    }
}
