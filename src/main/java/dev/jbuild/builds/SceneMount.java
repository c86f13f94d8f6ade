package dev.jbuild.builds;

import dev.jbuild.oci.DiffId;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** What a step saw at one place of its root file system. */
public sealed interface SceneMount {
    /** Where. */
    String target();

    /**
     * A file or directory of some layers.
     *
     * @param path in them, absolute
     */
    record Files(String target, List<DiffId> layers, String path, boolean readOnly) implements SceneMount {
        public Files {
            layers = List.copyOf(layers);
        }
    }

    /** A file or directory of this machine, such as a cache. */
    record Host(String target, Path source, boolean readOnly) implements SceneMount {}

    /** An empty file system in memory. */
    record Memory(String target, OptionalLong bytes, boolean readOnly) implements SceneMount {}

    /** A file whose content stands in the Buildfile. */
    record Text(String target, String content, int mode) implements SceneMount {}

    /**
     * Something that nobody keeps.
     *
     * @param what for people
     */
    record Unkept(String target, String what) implements SceneMount {}
}
