package dev.jbuild.sandbox;

import java.nio.file.Path;
import java.util.List;

/**
 * The root file system of a process: an overlay.
 *
 * @param lowers directories, topmost first; none for an empty root
 * @param upper where changes go
 * @param work an empty directory on the file system of {@code upper}
 */
public record Root(List<Path> lowers, Path upper, Path work) {
    public Root {
        lowers = List.copyOf(lowers);
    }
}
