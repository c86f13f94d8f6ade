package dev.jbuild.store;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.problem.StoreCorrupted;
import java.io.ByteArrayInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Blobs as files. */
final class FileBlobs implements BlobStore {
    private static final int SMALL = 16 * 1024 * 1024;

    private final StoreLayout layout;
    private final Workplace workplace;
    private final DeltaBlobs deltas;

    FileBlobs(Workplace workplace) {
        this.layout = workplace.layout();
        this.workplace = workplace;
        this.deltas = new DeltaBlobs(workplace);
    }

    @Override
    public boolean has(Digest digest) {
        try {
            return find(digest);
        } catch (IOException e) {
            return false;
        }
    }

    private boolean find(Digest digest) throws IOException {
        return findWhole(digest) || deltas.find(digest).isPresent();
    }

    private boolean findWhole(Digest digest) throws IOException {
        Path file = layout.blob(digest);
        return switch (workplace.look(file)) {
            case ABSENT -> false;
            case THERE -> true;
            case DOUBTFUL -> workplace.verified(digest, file, () -> Files.newInputStream(file));
        };
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public Optional<Long> size(Digest digest) {
        try {
            return findWhole(digest)
                    ? Optional.of(Files.size(layout.blob(digest)))
                    : deltas.find(digest).map(BlobDelta::size);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public Path path(Digest digest) {
        Path whole = layout.blob(digest);
        return !Files.exists(whole) && Files.exists(layout.delta(digest)) ? layout.delta(digest) : whole;
    }

    @Override
    public InputStream open(Digest digest) throws JbuildException {
        try {
            if (findWhole(digest)) {
                return Files.newInputStream(layout.blob(digest));
            }
            Optional<BlobDelta> delta = deltas.find(digest);
            if (delta.isPresent()) {
                return deltas.open(layout.delta(digest), delta.get());
            }
        } catch (NoSuchFileException e) {
            // Collected just now.
        } catch (IOException e) {
            throw StorageError.of("can't read the blob " + digest, e);
        }
        throw new StoreCorrupted("the blob " + digest + " is missing from the store at " + layout.root());
    }

    /** The blob as it lies in this file, which counts as no use of it. */
    InputStream openLying(Lying lying) throws IOException {
        return lying.delta() ? deltas.open(lying.file()) : Files.newInputStream(lying.file());
    }

    /**
     * The files of other blobs that a blob needs.
     *
     * @throws IOException if that can't be found out now, so that none may go
     */
    List<Path> needs(Lying lying) throws IOException {
        return lying.delta() ? deltas.needs(lying.file()) : List.of();
    }

    /** A file where blobs are; {@code digest} is absent if its name is none. */
    record Lying(Path file, Optional<Digest> digest, boolean delta) {}

    /** All files where blobs are, in order. */
    static List<Lying> list(StoreLayout layout) throws IOException {
        List<Lying> files = new ArrayList<>();
        for (String algorithm : List.of("sha256", "sha512")) {
            list(layout.blobs(algorithm), algorithm, false, files);
            list(layout.deltas(algorithm), algorithm, true, files);
        }
        files.sort(Comparator.comparing(Lying::file));
        return files;
    }

    private static void list(Path directory, String algorithm, boolean delta, List<Lying> files) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path file : entries) {
                files.add(new Lying(file, digest(algorithm, String.valueOf(file.getFileName())), delta));
            }
        } catch (NoSuchFileException e) {
            // No blob of that kind was ever put.
        }
    }

    private static Optional<Digest> digest(String algorithm, String hex) {
        try {
            return Optional.of(new Digest(algorithm, hex));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether something lies there, which doesn't count as a use of it. */
    boolean lies(Digest digest) {
        return Files.exists(layout.blob(digest)) || Files.exists(layout.delta(digest));
    }

    /** As {@link #read}, which doesn't count as a use either. */
    byte[] peek(Digest digest) throws JbuildException {
        try (InputStream in = Files.newInputStream(path(digest))) {
            return small(digest, in);
        } catch (IOException e) {
            throw StorageError.of("can't read the blob " + digest, e);
        }
    }

    @Override
    public byte[] read(Digest digest) throws JbuildException {
        try (InputStream in = open(digest)) {
            return small(digest, in);
        } catch (IOException e) {
            throw StorageError.of("can't read the blob " + digest, e);
        }
    }

    private static byte[] small(Digest digest, InputStream in) throws IOException, JbuildException {
        byte[] content = in.readNBytes(SMALL + 1);
        if (content.length > SMALL) {
            throw new StoreCorrupted("the blob " + digest + " is larger than 16 MiB, too large for what it is used as");
        }
        MessageDigest actual = digest.newMessageDigest();
        actual.update(content);
        if (!hex(actual).equals(digest.hex())) {
            throw new StoreCorrupted(
                    "the blob " + digest + " is damaged: its bytes have another digest",
                    "`jbuild store verify --repair` makes it again if it can");
        }
        return content;
    }

    @Override
    public Digest put(byte[] content) throws JbuildException {
        Digest digest = Digest.sha256(content);
        put(new Descriptor("", digest, content.length), new ByteArrayInputStream(content));
        return digest;
    }

    @Override
    public void put(Descriptor expected, InputStream content) throws JbuildException {
        Digest digest = expected.digest();
        try {
            if (find(digest)) {
                return;
            }
            Path temporary = workplace.owner().fresh(".blob");
            try {
                MessageDigest actual = digest.newMessageDigest();
                long size = receive(content, temporary, actual, expected.size());
                String hex = hex(actual);
                if (size != expected.size() || !hex.equals(digest.hex())) {
                    throw new RemoteError("the content of " + digest + " isn't what it should be: "
                            + (size == expected.size()
                                    ? "its digest is " + digest.algorithm() + ":" + hex
                                    : "it isn't " + expected.size() + " bytes long"));
                }
                publish(temporary, digest);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw StorageError.of("can't store the blob " + digest, e);
        }
    }

    /** Copies, but not much more than should come. */
    private static long receive(InputStream content, Path to, MessageDigest digest, long limit) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long size = 0;
        try (OutputStream out = Files.newOutputStream(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int read = content.read(buffer); read >= 0 && size <= limit; read = content.read(buffer)) {
                digest.update(buffer, 0, read);
                out.write(buffer, 0, read);
                size += read;
            }
        }
        return size;
    }

    private void publish(Path temporary, Digest digest) throws IOException {
        Workplace.markFresh(temporary);
        if (!find(digest)) {
            publish(temporary, layout.blob(digest));
        }
    }

    private void publish(Path temporary, Path file) throws IOException {
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            Files.createDirectories(file.getParent());
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        }
        workplace.durability().published(file);
    }

    /** What lies in a blob's place lacks something that it needs. */
    private void publishWhole(Path delta, Digest digest) throws IOException {
        Path temporary = workplace.owner().fresh(".blob");
        try {
            try (InputStream in = deltas.open(delta)) {
                Files.copy(in, temporary);
            }
            publish(temporary, digest);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    @Override
    public Ingest ingest() throws JbuildException {
        try {
            return new FileIngest(workplace.owner().fresh(".blob"));
        } catch (IOException e) {
            throw StorageError.of("can't begin to write a blob", e);
        }
    }

    @Override
    public Optional<DeltaIngest> ingestUpon(Digest base) throws JbuildException {
        try {
            Path temporary = workplace.owner().fresh(".blob");
            Optional<DeltaWriter> writer = findWhole(base)
                    ? Optional.of(deltas.writerUpon(temporary, base, Files.size(layout.blob(base))))
                    : deltas.writerUpon(temporary, base);
            return writer.map(output -> new FileDeltaIngest(temporary, output));
        } catch (IOException e) {
            throw StorageError.of("can't begin to write a blob", e);
        }
    }

    private final class FileDeltaIngest implements DeltaIngest {
        private final Path temporary;
        private final DeltaWriter output;

        FileDeltaIngest(Path temporary, DeltaWriter output) {
            this.temporary = temporary;
            this.output = output;
        }

        @Override
        public OutputStream output() {
            return output;
        }

        @Override
        public void copy(long offset, long length) throws IOException {
            output.copy(offset, length);
        }

        @Override
        public Descriptor commit(String mediaType) throws IOException, JbuildException {
            Digest digest = output.finish();
            try {
                Workplace.markFresh(temporary);
                if (!find(digest) && !deltas.publishedNew(temporary, digest) && !find(digest)) {
                    publishWhole(temporary, digest);
                }
            } catch (IOException e) {
                throw StorageError.of("can't store the blob " + digest, e);
            }
            return new Descriptor(mediaType, digest, output.size());
        }

        @Override
        public void close() {
            try (output) {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                // It goes with the owner's directory.
            }
        }
    }

    private final class FileIngest implements Ingest {
        private final Path temporary;
        private final CountingDigest output;

        FileIngest(Path temporary) throws IOException {
            this.temporary = temporary;
            this.output = new CountingDigest(
                    Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        }

        @Override
        public OutputStream output() {
            return output;
        }

        @Override
        public Descriptor commit(String mediaType) throws IOException, JbuildException {
            output.close();
            Digest digest = Digest.of(output.sha256.digest());
            try {
                publish(temporary, digest);
            } catch (IOException e) {
                throw StorageError.of("can't store the blob " + digest, e);
            }
            return new Descriptor(mediaType, digest, output.count);
        }

        @Override
        public void close() {
            try (output) {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                // It goes with the owner's directory.
            }
        }
    }

    private static final class CountingDigest extends FilterOutputStream {
        private final MessageDigest sha256 = Digest.newSha256();
        private long count;

        CountingDigest(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            sha256.update(bytes, offset, length);
            out.write(bytes, offset, length);
            count += length;
        }
    }
}
