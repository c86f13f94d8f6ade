package dev.jbuild.store;

import dev.jbuild.oci.Digest;
import dev.jbuild.store.BlobDelta.Piece;
import dev.jbuild.store.BlobDelta.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The files of blobs that share bytes with others ({@link BlobDelta}), and what these lie upon. */
final class DeltaBlobs {
    /** A blob in more files or more pieces is slow to read. */
    private static final int MOST_SOURCES = 64;

    private static final int MOST_PIECES = 200_000;

    private final StoreLayout layout;
    private final Workplace workplace;

    DeltaBlobs(Workplace workplace) {
        this.layout = workplace.layout();
        this.workplace = workplace;
    }

    /** What there is of a blob, if all that it shares is there too. */
    Optional<BlobDelta> find(Digest digest) throws IOException {
        Path file = layout.delta(digest);
        Workplace.State state = workplace.look(file);
        if (state == Workplace.State.ABSENT) {
            return Optional.empty();
        }
        BlobDelta delta;
        try {
            delta = BlobDelta.read(file);
        } catch (IOException e) {
            // Damaged or collected: as if it weren't there, until the store is verified or the blob is put again.
            return Optional.empty();
        }
        boolean doubtful = state == Workplace.State.DOUBTFUL;
        for (Source source : delta.sources()) {
            // Looking at it keeps it from being collected.
            Workplace.State there = workplace.look(file(source));
            boolean other = source.isDelta() && !BlobDelta.isStill(file(source), source.id());
            if (there == Workplace.State.ABSENT || other) {
                return Optional.empty();
            }
            doubtful |= there == Workplace.State.DOUBTFUL;
        }
        boolean sound = !doubtful || workplace.verified(digest, file, () -> open(file, delta));
        return sound ? Optional.of(delta) : Optional.empty();
    }

    private Path file(Source source) {
        return source.isDelta() ? layout.delta(source.blob()) : layout.blob(source.blob());
    }

    private List<DeltaStream.Place> places(List<Source> sources) {
        return sources.stream()
                .map(source -> new DeltaStream.Place(file(source), source.id()))
                .toList();
    }

    /** The bytes of the blob that a file is of. */
    InputStream open(Path file, BlobDelta delta) {
        return new DeltaStream(delta.pieces(), new DeltaStream.Files(file, places(delta.sources())));
    }

    /** As {@link #open(Path, BlobDelta)} of what the file says. */
    InputStream open(Path file) throws IOException {
        return open(file, BlobDelta.read(file));
    }

    /**
     * The files that a file shares bytes with.
     *
     * @throws IOException if that can't be found out now
     */
    List<Path> needs(Path file) throws IOException {
        try {
            return BlobDelta.read(file).sources().stream().map(this::file).toList();
        } catch (BlobDelta.Damaged | NoSuchFileException e) {
            // Of no use to anybody, whatever stays.
            return List.of();
        }
    }

    /** Writes a blob upon a whole one. */
    DeltaWriter writerUpon(Path temporary, Digest base, long size) throws IOException {
        return writer(temporary, List.of(new Source(base, "")), List.of(new Piece(0, 0, size)));
    }

    /** Writes a blob upon one that is here; nothing if it isn't, or is in too many pieces already. */
    Optional<DeltaWriter> writerUpon(Path temporary, Digest base) throws IOException {
        Optional<BlobDelta> delta = find(base);
        if (delta.isEmpty()
                || delta.get().sources().size() >= MOST_SOURCES
                || delta.get().pieces().size() >= MOST_PIECES) {
            return Optional.empty();
        }
        List<Source> sources = new ArrayList<>(delta.get().sources());
        sources.add(new Source(base, delta.get().id()));
        int own = sources.size() - 1;
        List<Piece> pieces = delta.get().pieces().stream()
                .map(piece -> piece.source() == Piece.NEW ? new Piece(own, piece.offset(), piece.length()) : piece)
                .toList();
        return Optional.of(writer(temporary, sources, pieces));
    }

    private DeltaWriter writer(Path temporary, List<Source> sources, List<Piece> pieces) throws IOException {
        return new DeltaWriter(temporary, sources, pieces, places(sources));
    }

    /** Publishes a file where there is none: whoever refers to what is there keeps it. */
    boolean publishedNew(Path temporary, Digest digest) throws IOException {
        Path file = layout.delta(digest);
        Files.createDirectories(file.getParent());
        try {
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException e) {
            return false;
        }
        workplace.durability().published(file);
        return true;
    }
}
