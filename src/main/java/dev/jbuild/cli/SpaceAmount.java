package dev.jbuild.cli;

import dev.jbuild.buildfile.ByteSize;
import dev.jbuild.problem.UsageError;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of disk space as BuildKit takes it: {@code 10GB}, in powers of 1024, or a share of the disk such as {@code 20%}. */
record SpaceAmount(double share, long bytes) {
    private static final Pattern PERCENT = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)%");

    /** @param option what the value was given to, for the complaint */
    static SpaceAmount parse(String option, String text) throws UsageError {
        Matcher percent = PERCENT.matcher(text.strip());
        if (percent.matches() && Double.parseDouble(percent.group(1)) <= 100) {
            return new SpaceAmount(Double.parseDouble(percent.group(1)) / 100, 0);
        }
        OptionalLong bytes = ByteSize.parse(text.strip());
        if (bytes.isEmpty()) {
            throw new UsageError(
                    option + ": \"" + text + "\" is no amount of space", "write bytes, 512MB, 10GB or 20% of the disk");
        }
        return new SpaceAmount(0, bytes.getAsLong());
    }

    /** The bytes that this is on a disk of a size. */
    long of(long disk) {
        return share > 0 ? (long) (disk * share) : bytes;
    }
}
