package dev.jbuild.snapshot;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.oci.Digest;
import dev.jbuild.sys.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Short ways to say entries. */
final class Entries {
    private Entries() {}

    static LayerEntry file(String path, String content) {
        Digest digest = Digest.sha256(content.getBytes(StandardCharsets.UTF_8));
        return entry(path, EntryType.FILE, 0644, content.length(), "", Optional.of(digest), false);
    }

    static LayerEntry directory(String path) {
        return entry(path, EntryType.DIRECTORY, 0755, 0, "", Optional.empty(), false);
    }

    static LayerEntry opaque(String path) {
        return entry(path, EntryType.DIRECTORY, 0755, 0, "", Optional.empty(), true);
    }

    static LayerEntry symlink(String path, String target) {
        return entry(path, EntryType.SYMLINK, 0777, 0, target, Optional.empty(), false);
    }

    static LayerEntry whiteout(String path) {
        return LayerEntry.whiteout(RawPath.of(path));
    }

    private static LayerEntry entry(
            String path, EntryType type, int mode, long size, String target, Optional<Digest> content, boolean opaque) {
        return new LayerEntry(
                RawPath.of(path),
                type,
                mode,
                0,
                0,
                size,
                1_600_000_000,
                target,
                0,
                0,
                Collections.emptyNavigableMap(),
                content,
                Optional.empty(),
                opaque);
    }

    static LayerIndex layer(LayerEntry... entries) {
        return LayerIndex.of(List.of(entries));
    }

    static List<String> paths(List<MergedView.Found> found) {
        List<String> paths = new ArrayList<>();
        found.forEach(each -> paths.add(each.entry().path() + "@" + each.layer()));
        return paths;
    }
}
