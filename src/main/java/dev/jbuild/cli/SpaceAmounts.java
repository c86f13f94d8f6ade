package dev.jbuild.cli;

import dev.jbuild.buildfile.ByteSize;
import dev.jbuild.problem.UsageError;
import dev.jbuild.store.DiskSpace;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads amounts of disk space as BuildKit takes them: {@code 10GB}, in powers of 1024, or a share of the disk such as {@code 20%}. */
final class SpaceAmounts {
    private static final Pattern PERCENT = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)%");

    private SpaceAmounts() {}

    /** @param option what the value was given to, for the complaint */
    static DiskSpace parse(String option, String text) throws UsageError {
        Matcher percent = PERCENT.matcher(text.strip());
        if (percent.matches() && Double.parseDouble(percent.group(1)) <= 100) {
            double share = Double.parseDouble(percent.group(1)) / 100;
            return share > 0 ? DiskSpace.share(share) : DiskSpace.bytes(0);
        }
        OptionalLong bytes = ByteSize.parse(text.strip());
        if (bytes.isEmpty()) {
            throw new UsageError(
                    option + ": \"" + text + "\" is no amount of space", "write bytes, 512MB, 10GB or 20% of the disk");
        }
        return DiskSpace.bytes(bytes.getAsLong());
    }
}
