package dev.jbuild.snapshot;

import dev.jbuild.layer.ArchiveLimits;
import dev.jbuild.layer.IndexedTar;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;

/** Reads a layer's tar without unpacking it. */
public final class LayerScan {
    private LayerScan() {}

    /**
     * What a tar holds.
     *
     * @param selfContained whether the tar alone says all; if not, over other lower layers it would have been read
     *     differently
     */
    public record Scanned(IndexedTar tar, boolean selfContained) {}

    /** Reads a tar to its end, with the index that unpacking it over {@code lower} would give. */
    public static Scanned scan(InputStream tar, MergedView lower, ArchiveLimits limits) throws JbuildException {
        Offsets offsets = new Offsets();
        Applied applied = Apply.read(tar, lower, offsets, limits);
        return new Scanned(
                new IndexedTar(applied.summary(), applied.index(), offsets.byContent), applied.selfContained());
    }

    /** Remembers where contents stand. */
    private static final class Offsets extends LayerTarget.Nowhere {
        private final Map<Digest, Long> byContent = new HashMap<>();

        @Override
        public void contentAt(Digest content, long offset) {
            byContent.putIfAbsent(content, offset);
        }
    }
}
