package dev.jbuild.store;

import dev.jbuild.fs.Deletions;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What this store object has in hand: its owner directory, its leases, and what is published but not yet durable.
 *
 * <p>Each blob, and each layer's index file, tells two things about itself by its metadata. Its time says when it was last
 * put or found while there were leases, so a collection can leave alone what a lease may need. Its permissions say
 * whether it is durable: 0600 until it was synced, 0644 from then on; so after a power cut, half-written things are
 * recognised.
 */
final class Workplace implements AutoCloseable {
    private static final Set<PosixFilePermission> DURABLE = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> FRESH = PosixFilePermissions.fromString("rw-------");

    private final StoreLayout layout;
    private final Durability durability;
    private final Deletions deletions = new Deletions("store-deletions");
    private @Nullable Owner owner;
    private int leases;
    private FileTime since = FileTime.fromMillis(0);

    Workplace(StoreLayout layout) {
        this.layout = layout;
        this.durability = new Durability(layout);
    }

    StoreLayout layout() {
        return layout;
    }

    Durability durability() {
        return durability;
    }

    /** For trees in the owner's directory. */
    Deletions deletions() {
        return deletions;
    }

    /** The owner, entered when it is first needed. */
    synchronized Owner owner() throws IOException {
        Owner current = owner;
        if (current == null) {
            current = Owner.enter(layout.ingest());
            owner = current;
            Thread sweeper = new Thread(this::sweepQuietly, "store sweep");
            sweeper.setDaemon(true);
            sweeper.start();
        }
        return current;
    }

    private void sweepQuietly() {
        try {
            Owner.sweep(layout.ingest());
        } catch (IOException e) {
            // The next one may do better; nobody waits for this.
        }
    }

    synchronized Lease lease() throws JbuildException {
        try {
            Path file = owner().newLease();
            FileTime began = Files.getLastModifiedTime(file);
            if (leases == 0) {
                since = began;
            }
            leases++;
            return new FileLease(file);
        } catch (IOException e) {
            throw StorageError.of("can't take a lease on the store at " + layout.root(), e);
        }
    }

    private synchronized void ended() {
        leases--;
    }

    private synchronized Optional<FileTime> leasedSince() {
        return leases > 0 ? Optional.of(since) : Optional.empty();
    }

    private final class FileLease implements Lease {
        private final Path file;
        private boolean closed;

        FileLease(Path file) {
            this.file = file;
        }

        @Override
        public void close() {
            synchronized (Workplace.this) {
                if (closed) {
                    return;
                }
                closed = true;
                ended();
            }
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // It ends with the process.
            }
        }
    }

    /** The state of a published file: there, absent, or there but not to be trusted after a crash of the machine. */
    enum State {
        ABSENT,
        DOUBTFUL,
        THERE
    }

    /** Looks at a published file, and if there are leases, keeps it from being collected. */
    State look(Path published) throws IOException {
        try {
            PosixFileAttributes attributes =
                    Files.readAttributes(published, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile()) {
                return State.ABSENT;
            }
            if (attributes.permissions().equals(FRESH)) {
                if (durability.isOfEarlierBoot(attributes.lastModifiedTime())) {
                    return State.DOUBTFUL;
                }
                durability.published(published);
            }
            Optional<FileTime> leased = leasedSince();
            if (leased.isPresent() && attributes.lastModifiedTime().compareTo(leased.get()) < 0) {
                touch(published);
            }
            return State.THERE;
        } catch (NoSuchFileException e) {
            return State.ABSENT;
        }
    }

    /** Opens what a file stands for. */
    interface Content {
        InputStream open() throws IOException;
    }

    /** Whether what a crash of the machine left is a blob with all its bytes; if not, its file goes. */
    boolean verified(Digest digest, Path file, Content content) throws IOException {
        MessageDigest actual = digest.newMessageDigest();
        try (InputStream in = content.open();
                OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), actual)) {
            in.transferTo(sink);
        }
        if (!HexFormat.of().formatHex(actual.digest()).equals(digest.hex())) {
            Files.deleteIfExists(file);
            return false;
        }
        touch(file);
        durability.published(file);
        return true;
    }

    /** Says that something is in use now. */
    void touch(Path published) throws IOException {
        Files.setLastModifiedTime(published, FileTime.fromMillis(System.currentTimeMillis()));
    }

    /** Marks a file that is about to be published. */
    static void markFresh(Path file) throws IOException {
        Files.setPosixFilePermissions(file, FRESH);
    }

    static void markDurable(Path file) throws IOException {
        try {
            Files.setPosixFilePermissions(file, DURABLE);
        } catch (NoSuchFileException e) {
            // Collected since.
        }
    }

    @Override
    public synchronized void close() {
        deletions.close();
        if (owner != null) {
            owner.close();
            owner = null;
        }
    }
}
