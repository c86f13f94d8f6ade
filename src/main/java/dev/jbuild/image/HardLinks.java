package dev.jbuild.image;

import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.RawPath;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which of the files that are put somewhere are names of one file. For one tree. */
final class HardLinks {
    private final Map<Inode, RawPath> first = new HashMap<>();

    /** A file of one layer, whatever its names are. */
    private record Inode(int layer, RawPath firstName) {}

    /** The path that another name of the same file was put at before; if there is none, this is the first. */
    Optional<RawPath> firstName(Found found, RawPath path) {
        if (found.entry().isDirectory()) {
            return Optional.empty();
        }
        Inode inode = new Inode(
                found.layer(), found.entry().hardLinkTo().orElse(found.entry().path()));
        return Optional.ofNullable(first.putIfAbsent(inode, path));
    }
}
