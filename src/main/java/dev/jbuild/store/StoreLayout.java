package dev.jbuild.store;

import dev.jbuild.oci.Digest;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import dev.jbuild.store.ImageNames.NamedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Where things are below the root. */
record StoreLayout(Path root) {
    private static final int VERSION = 4;

    /** Opens the layout, making what is missing. */
    static StoreLayout open(Path root) throws JbuildException {
        StoreLayout layout = new StoreLayout(root.toAbsolutePath().normalize());
        try {
            layout.checkVersion();
        } catch (IOException e) {
            throw StorageError.of("can't use the store at " + root, e);
        }
        return layout;
    }

    private void checkVersion() throws IOException, JbuildException {
        Path file = root.resolve("version");
        String text;
        try {
            text = Files.readString(file, StandardCharsets.US_ASCII).trim();
        } catch (NoSuchFileException e) {
            create(file);
            return;
        }
        int version;
        try {
            version = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new StoreCorrupted("the file " + file + " doesn't hold the version of a store's layout");
        }
        if (version > VERSION) {
            throw new EnvironmentError(
                    "the store at " + root + " has layout version " + version + ", but this jbuild knows only up to "
                            + VERSION,
                    "use the newer jbuild that made it, or another store with --root");
        }
        if (version < VERSION) {
            migrate();
        }
    }

    /**
     * From version 1, which had no files of names, 2, which didn't say what they reach, or 3, which had only whole blobs. What a crash interrupts, the
     * next one does again.
     */
    private void migrate() throws IOException, JbuildException {
        try (Database database = new Database(this);
                Workplace workplace = new Workplace(this)) {
            NameTable names = new NameTable(database, workplace, new FileBlobs(workplace));
            for (NamedImage image : names.list()) {
                names.set(image.name(), image.target());
            }
            for (NamedImage image : names.list()) {
                names.record(image);
            }
            writeVersion(root.resolve("version"));
        }
    }

    /** The version comes last: with it, the layout is whole. */
    private void create(Path version) throws IOException {
        Files.createDirectories(root);
        close(root);
        Files.createDirectories(blobs("sha256"));
        Files.createDirectories(layers());
        Files.createDirectories(ingest());
        Files.createDirectories(cacheMounts());
        Files.createDirectories(root.resolve("builds"));
        writeVersion(version);
    }

    /** Images hold programs that gain rights: nobody else of this machine may come to them. As docker has its directory. */
    private static void close(Path root) throws IOException {
        boolean ofRoot = Integer.valueOf(0).equals(Files.getAttribute(root, "unix:uid"));
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString(ofRoot ? "rwx--x---" : "rwx------"));
    }

    private void writeVersion(Path version) throws IOException {
        Path temporary = Files.createTempFile(ingest(), "version", "");
        Files.writeString(temporary, VERSION + "\n", StandardCharsets.US_ASCII);
        Files.move(temporary, version, StandardCopyOption.ATOMIC_MOVE);
    }

    Path blobs(String algorithm) {
        return root.resolve("blobs").resolve(algorithm);
    }

    Path blob(Digest digest) {
        return blobs(digest.algorithm()).resolve(digest.hex());
    }

    /** Blobs of which only what differs from others is kept. */
    Path deltas(String algorithm) {
        return root.resolve("deltas").resolve(algorithm);
    }

    Path delta(Digest digest) {
        return deltas(digest.algorithm()).resolve(digest.hex());
    }

    Path layers() {
        return root.resolve("layers");
    }

    /** The directories of cache mounts. */
    Path cacheMounts() {
        return root.resolve("cachemounts");
    }

    /** Git repositories that were fetched, one for each address. */
    Path repositories() {
        return root.resolve("git");
    }

    /** What was read of the directories that builds copy from. */
    Path contexts() {
        return root.resolve("contexts");
    }

    /** A file for each name of an image. */
    Path names() {
        return root.resolve("names");
    }

    /** Where blobs are to be had that were left where they are. */
    Path origins() {
        return root.resolve("origins");
    }

    /** A directory for each container that was started in the background. */
    Path containers() {
        return root.resolve("containers");
    }

    Path ingest() {
        return root.resolve("ingest");
    }

    Path database() {
        return root.resolve("jbuild.db");
    }
}
