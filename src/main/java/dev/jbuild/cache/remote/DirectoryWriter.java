package dev.jbuild.cache.remote;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.Manifest;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A local cache to be written. Every file appears by a rename when it is whole; a file that is there already gets the
 * present time, by which whoever resets the cache knows that it is in use.
 */
final class DirectoryWriter implements CacheWriter {
    /** The clock that files get their times from runs in steps. */
    private static final int CLOCK_STEP_MILLIS = 50;

    private final CacheDirectory directory;
    private final String tag;
    private final boolean reset;
    private final Instant begin;
    private final Cancellation cancellation;
    private final DirectoryReader reader;
    private Optional<DirectoryLock> lock = Optional.empty();

    private DirectoryWriter(
            CacheDirectory directory, String tag, boolean reset, Instant begin, Cancellation cancellation)
            throws JbuildException {
        this.directory = directory;
        this.tag = tag;
        this.reset = reset;
        this.begin = begin;
        this.cancellation = cancellation;
        this.reader = DirectoryReader.open(directory, tag, Optional.empty());
    }

    /**
     * Makes the directory if there is none, and sees that it can be written to.
     *
     * @param reset drop, in the end, what no cache in the directory refers to any more, and of this one what nobody has
     *     used since this call
     */
    static DirectoryWriter open(CacheDirectory directory, String tag, boolean reset, Cancellation cancellation)
            throws JbuildException {
        try {
            Files.createDirectories(directory.blobs().resolve("sha256"));
            Files.createDirectories(directory.records(tag));
            Files.createDirectories(directory.ingest());
            Path probe = Files.createTempFile(directory.ingest(), "", "");
            Instant now = Files.getLastModifiedTime(probe).toInstant();
            Files.delete(probe);
            return new DirectoryWriter(directory, tag, reset, now.minusMillis(CLOCK_STEP_MILLIS), cancellation);
        } catch (IOException e) {
            throw failed(directory, e);
        }
    }

    private static EnvironmentError failed(CacheDirectory directory, IOException e) {
        return new EnvironmentError(
                "the cache " + directory.root() + " can't be written: " + e,
                e,
                "--cache-to type=local,dest=DIR needs a directory that this user can write to");
    }

    /** While somebody writes, nobody drops anything. */
    private synchronized void hold() throws IOException, JbuildException {
        if (lock.isEmpty()) {
            lock = Optional.of(DirectoryLock.shared(directory.lock(), cancellation));
        }
    }

    @Override
    public Optional<ResultRecord> find(Digest key) throws JbuildException {
        try {
            hold();
            Optional<ResultRecord> record = reader.find(key);
            if (record.isPresent()) {
                for (Descriptor blob : record.get().blobs()) {
                    touch(directory.blob(blob.digest()));
                }
                touch(directory.blob(CacheDirectory.follow(directory.pointer(tag, key))
                        .orElseThrow(() -> new IOException("the record " + key + " is gone"))));
                touch(directory.pointer(tag, key));
            }
            return record;
        } catch (BuildCancelled e) {
            throw e;
        } catch (IOException | JbuildException e) {
            // It is written once more.
            return Optional.empty();
        }
    }

    @Override
    public void dropDamaged(ResultRecord record) throws JbuildException {
        for (Descriptor blob : record.blobs()) {
            Path file = directory.blob(blob.digest());
            try (InputStream in = Files.newInputStream(file)) {
                if (!digest(in, OutputStream.nullOutputStream(), blob).equals(blob.digest())) {
                    Files.delete(file);
                }
            } catch (NoSuchFileException e) {
                // As well.
            } catch (IOException e) {
                throw failed(directory, e);
            }
        }
    }

    private static void touch(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    }

    @Override
    public void put(Descriptor blob, Content content) throws JbuildException {
        try {
            hold();
            if (directory.size(blob.digest()) == blob.size() && touched(directory.blob(blob.digest()))) {
                return;
            }
            try (InputStream in = content.open()) {
                write(directory.blob(blob.digest()), out -> copy(in, out, blob));
            }
        } catch (IOException e) {
            throw failed(directory, e);
        }
    }

    private static boolean touched(Path file) {
        try {
            touch(file);
            return true;
        } catch (IOException e) {
            // Somebody else's, or gone.
            return false;
        }
    }

    private void copy(InputStream in, OutputStream out, Descriptor blob) throws IOException, JbuildException {
        if (!digest(in, out, blob).equals(blob.digest())) {
            throw new RemoteError("the content of " + blob.digest() + " isn't what it should be");
        }
    }

    private Digest digest(InputStream in, OutputStream out, Descriptor blob) throws IOException, BuildCancelled {
        MessageDigest actual = blob.digest().newMessageDigest();
        OutputStream digesting = new DigestOutputStream(out, actual);
        byte[] buffer = new byte[128 * 1024];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            cancellation.throwIfCancelled();
            digesting.write(buffer, 0, read);
        }
        digesting.flush();
        return new Digest(blob.digest().algorithm(), HexFormat.of().formatHex(actual.digest()));
    }

    @Override
    public void put(ResultRecord record) throws JbuildException {
        try {
            hold();
            Manifest manifest = record.toManifest();
            write(directory.blob(manifest.raw().digest()), manifest.raw().bytes());
            for (Descriptor each : manifest.layers()) {
                putEmpty(each);
            }
            putEmpty(manifest.config());
            write(
                    directory.pointer(tag, record.key()),
                    (manifest.raw().digest() + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw failed(directory, e);
        }
    }

    private void putEmpty(Descriptor blob) throws IOException, JbuildException {
        if (blob.size() == ResultRecord.EMPTY.length) {
            write(directory.blob(blob.digest()), ResultRecord.EMPTY);
        }
    }

    private void write(Path file, byte[] bytes) throws IOException, JbuildException {
        write(file, out -> out.write(bytes));
    }

    private interface Writing {
        void to(OutputStream out) throws IOException, JbuildException;
    }

    private void write(Path file, Writing writing) throws IOException, JbuildException {
        Path part = Files.createTempFile(directory.ingest(), "", "");
        try {
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                writing.to(Channels.newOutputStream(channel));
                channel.force(true);
            }
            Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    @Override
    public void finish() throws JbuildException {
        try {
            close();
            lock = Optional.of(DirectoryLock.exclusive(directory.lock(), cancellation));
            write(directory.layout(), "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.US_ASCII));
            DirectoryList list = new DirectoryList(directory, tag);
            if (reset) {
                list.dropRecords(begin);
            }
            byte[] records = list.records();
            write(directory.blob(Digest.sha256(records)), records);
            write(directory.index(), list.indexWith(records));
            if (reset) {
                list.dropBlobs(begin);
            }
        } catch (IOException e) {
            throw failed(directory, e);
        } finally {
            close();
        }
    }

    @Override
    public synchronized void close() {
        lock.ifPresent(DirectoryLock::close);
        lock = Optional.empty();
    }
}
