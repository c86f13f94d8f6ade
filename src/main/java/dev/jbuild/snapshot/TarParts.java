package dev.jbuild.snapshot;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.IndexedTar;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerTarWriter;
import dev.jbuild.oci.Digest;
import dev.jbuild.sys.RawPath;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where in a tar that {@link LayerTarWriter} wrote the entries and the contents of files stand. */
final class TarParts {
    private static final int END = 1024;

    private final IndexedTar tar;
    private final Map<RawPath, Part> entries = new HashMap<>();
    private final Map<Digest, Part> contents = new HashMap<>();

    /**
     * @param at in bytes from the tar's beginning
     */
    private record Part(LayerEntry entry, long at) {}

    private TarParts(IndexedTar tar) {
        this.tar = tar;
    }

    /** Nothing if the tar isn't as long as its entries make it, so that another program wrote it. */
    static Optional<TarParts> of(IndexedTar tar) {
        TarParts parts = new TarParts(tar);
        long at = 0;
        for (LayerEntry entry : tar.index().entries()) {
            parts.entries.put(entry.path(), new Part(entry, at));
            if (hasContent(entry)) {
                parts.contents.putIfAbsent(
                        entry.content().get(), new Part(entry, at + LayerTarWriter.headerLength(entry)));
            }
            at += LayerTarWriter.length(entry);
        }
        return at + END == tar.summary().tarSize() ? Optional.of(parts) : Optional.empty();
    }

    private static boolean hasContent(LayerEntry entry) {
        return entry.type() == EntryType.FILE
                && entry.hardLinkTo().isEmpty()
                && entry.content().isPresent();
    }

    IndexedTar tar() {
        return tar;
    }

    /** Where an entry stands that is the same in all, content included. */
    Optional<Long> entry(LayerEntry entry) {
        Part part = entries.get(entry.path());
        return part != null && part.entry.equals(entry) ? Optional.of(part.at) : Optional.empty();
    }

    /** Where a content stands that has bytes. */
    Optional<Long> content(@Nullable Digest content, long size) {
        Part part = content == null || size == 0 ? null : contents.get(content);
        return part != null && part.entry.size() == size ? Optional.of(part.at) : Optional.empty();
    }
}
