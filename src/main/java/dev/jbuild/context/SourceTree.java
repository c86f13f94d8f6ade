package dev.jbuild.context;

import dev.jbuild.layer.LayerEntry;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sys.RawPath;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A tree that files are copied from: a build context after its ignore rules, or the root file system of a stage.
 * Entries are as {@code lstat} gives them. Safe for use by many threads.
 */
public interface SourceTree {
    /** What is at this path, taken as it stands. A file's content digest may be computed by this call. */
    Optional<LayerEntry> find(RawPath path) throws JbuildException;

    /** As {@link #find}, but a file's content digest is only there when it is known already. */
    default Optional<LayerEntry> peek(RawPath path) throws JbuildException {
        return find(path);
    }

    /** Where the path leads when symlinks are followed inside the tree (in the last segment too if {@code followLast}). */
    RawPath resolve(RawPath path, boolean followLast) throws JbuildException;

    /** What is in a directory, in name order, as {@link #peek} gives it; nothing for anything else. */
    List<LayerEntry> children(RawPath directory) throws JbuildException;

    /** The content of a file. */
    InputStream open(RawPath file) throws JbuildException;

    /** The content digests of files, in the order of these. Computes what isn't known, on all processors. */
    default List<Digest> digests(List<RawPath> files) throws JbuildException {
        List<Digest> digests = new ArrayList<>();
        for (RawPath file : files) {
            digests.add(find(file)
                    .flatMap(LayerEntry::content)
                    .orElseThrow(() -> new IllegalArgumentException(file + " is not a file")));
        }
        return digests;
    }

    /** Equal for all names of one file; absent if it is known to have only one. */
    default Optional<Object> identity(LayerEntry file) {
        return Optional.empty();
    }

    /** What ignore rules left out of what was looked at so far; absent where there are no rules or they weren't asked. */
    default Optional<IgnoreReport> ignored() {
        return Optional.empty();
    }

    /** The content of a file where this machine has it, to be copied from by the kernel and closed; not to be changed. */
    default Optional<FileChannel> onDisk(RawPath file) throws JbuildException {
        return Optional.empty();
    }
}
