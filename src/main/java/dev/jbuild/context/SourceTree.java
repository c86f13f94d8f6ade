package dev.jbuild.context;

import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sys.RawPath;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * A tree that files are copied from: a build context after its ignore rules, or the root file system of a stage.
 * Entries are as {@code lstat} gives them. Safe for use by many threads.
 */
public interface SourceTree {
    /** What is at this path, taken as it stands. A file's content digest may be computed by this call. */
    Optional<LayerEntry> find(RawPath path) throws JbuildException;

    /** Where the path leads when symlinks are followed inside the tree (in the last segment too if {@code followLast}). */
    RawPath resolve(RawPath path, boolean followLast) throws JbuildException;

    /** What is in a directory, in name order; nothing for anything else. */
    List<LayerEntry> children(RawPath directory) throws JbuildException;

    /** The content of a file. */
    InputStream open(RawPath file) throws JbuildException;
}
