package dev.jbuild.snapshot;

import dev.jbuild.layer.EntryType;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * What would be at a path of an upper directory if it were made.
 *
 * @param number the same for all names of one file, and no other
 * @param mode permission, set-id and sticky bits
 * @param timeGiven whether the time was set, and isn't just when it would have been made
 * @param linkTarget bytes as Latin-1
 * @param opaque whether it is a directory that hides those below it
 * @param content of a file
 */
public record PlannedFile(
        RawPath path,
        EntryType type,
        long number,
        int mode,
        long uid,
        long gid,
        long mtimeSeconds,
        boolean timeGiven,
        String linkTarget,
        int deviceMajor,
        int deviceMinor,
        NavigableMap<String, String> xattrs,
        boolean opaque,
        Optional<Content> content) {
    /** What is in a file. */
    public interface Content {
        /** Bytes. */
        long size();

        InputStream open() throws IOException, JbuildException;
    }
}
