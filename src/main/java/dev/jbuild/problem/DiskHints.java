package dev.jbuild.problem;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What helps where a disk is full or fails, whatever was done with it: a failure at any file may be that. */
final class DiskHints {
    private DiskHints() {}

    /** None if the cause is none of these. */
    static List<String> of(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (message.contains("no space left") || message.contains("quota exceeded")) {
                return List.of("free some space, or let `jbuild prune` delete what nothing uses");
            }
            if (message.contains("input/output error")) {
                return List.of(
                        "the disk may be failing: see what the kernel says with dmesg",
                        "`jbuild store verify` then tells what of the store is damaged, and with --repair mends it");
            }
        }
        return List.of();
    }
}
