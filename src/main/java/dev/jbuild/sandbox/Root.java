package dev.jbuild.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The root file system of a process: an overlay.
 *
 * @param lowers directories, topmost first; none for an empty root
 * @param upper where changes go
 * @param work an empty directory on the file system of {@code upper}
 * @param readOnly whether the process can change nothing but what is mounted in it
 */
public record Root(List<Path> lowers, Path upper, Path work, boolean readOnly) {
    public Root {
        lowers = List.copyOf(lowers);
    }

    /** One that can be changed. */
    public Root(List<Path> lowers, Path upper, Path work) {
        this(lowers, upper, work, false);
    }

    /** The same, which can be changed only if {@code allowed}. */
    public Root writable(boolean allowed) {
        return new Root(lowers, upper, work, !allowed);
    }

    /** What it shows, topmost first. */
    List<Path> layers() {
        return layers(lowers, upper);
    }

    static List<Path> layers(List<Path> lowers, Path upper) {
        List<Path> layers = new ArrayList<>();
        layers.add(upper);
        layers.addAll(lowers);
        return layers;
    }
}
