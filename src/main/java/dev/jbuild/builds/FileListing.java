package dev.jbuild.builds;

import dev.jbuild.problem.JbuildException;
import java.util.List;

/** Gives the files that a step's key depends on, when somebody asks for them. */
@FunctionalInterface
public interface FileListing {
    /** For steps that depend on no files, or on whole root file systems alone. */
    FileListing NONE = List::of;

    List<ListedFile> files() throws JbuildException;

    /**
     * One file.
     *
     * @param path what users know it as
     * @param type such as {@code FILE}
     * @param attributes what else counts beside the content: mode, owner and the like, for people
     * @param content its digest, or where it leads to; empty for what has none
     */
    record ListedFile(String path, String type, String attributes, String content) {}
}
