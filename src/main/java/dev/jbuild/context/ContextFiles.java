package dev.jbuild.context;

import dev.jbuild.sys.HostPaths;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Opens files and lists directories beneath a directory, from descriptor to descriptor: no symlink leads out of it, not even one
 * that somebody puts in the way at that moment. Pure Java, safe for use by many threads.
 */
final class ContextFiles {
    private static final Cleaner CLEANER = Cleaner.create();
    /** Of directories that are open for the files in them. */
    private static final int MOST_OPEN = 32;

    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private final Path root;
    private final Directories directories;

    ContextFiles(Path root) {
        this.root = root;
        this.directories = new Directories(root);
        CLEANER.register(this, directories::close);
    }

    /** Opens a file to be read. */
    FileChannel open(RawPath file) throws IOException {
        try (Directories.Held parent = directories.open(file.parent())) {
            SeekableByteChannel channel = parent.stream().newByteChannel(name(file), READ);
            if (channel instanceof FileChannel content) {
                return content;
            }
            channel.close();
            throw new IOException("not a file of this machine: " + channel);
        }
    }

    /** The names in a directory, in no order. */
    List<RawPath> list(RawPath directory) throws IOException {
        if (directory.isRoot()) {
            try (DirectoryStream<Path> fresh = Files.newDirectoryStream(root)) {
                return names(fresh);
            }
        }
        try (Directories.Held parent = directories.open(directory.parent());
                DirectoryStream<Path> fresh =
                        parent.stream().newDirectoryStream(name(directory), LinkOption.NOFOLLOW_LINKS)) {
            return names(fresh);
        }
    }

    private static List<RawPath> names(DirectoryStream<Path> directory) {
        List<RawPath> names = new ArrayList<>();
        directory.forEach(child -> names.add(HostPaths.fileName(child)));
        return names;
    }

    private static Path name(RawPath path) {
        return HostPaths.resolve(Path.of("/"), path.fileName()).getFileName();
    }

    /** Directories that are open, those used last; not more than a few that nobody uses at the moment. */
    private static final class Directories {
        private final Path root;
        private final Map<RawPath, Opened> open = new LinkedHashMap<>(16, 0.75f, true);

        Directories(Path root) {
            this.root = root;
        }

        private static final class Opened {
            private final SecureDirectoryStream<Path> stream;
            private int users;

            Opened(SecureDirectoryStream<Path> stream) {
                this.stream = stream;
            }
        }

        /** One that stays open until this is closed. */
        record Held(Directories home, Opened directory) implements AutoCloseable {
            SecureDirectoryStream<Path> stream() {
                return directory.stream;
            }

            @Override
            public void close() throws IOException {
                home.release(directory);
            }
        }

        synchronized Held open(RawPath path) throws IOException {
            Opened known = open.get(path);
            if (known == null) {
                known = new Opened(openNow(path));
                open.put(path, known);
            }
            known.users++;
            return new Held(this, known);
        }

        @SuppressWarnings("StreamResourceLeak") // it is closed when it is forgotten
        private SecureDirectoryStream<Path> openNow(RawPath path) throws IOException {
            if (path.isRoot()) {
                return secure(Files.newDirectoryStream(root));
            }
            try (Held parent = open(path.parent())) {
                return secure(parent.stream().newDirectoryStream(name(path), LinkOption.NOFOLLOW_LINKS));
            }
        }

        private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) throws IOException {
            if (stream instanceof SecureDirectoryStream<Path> secure) {
                return secure;
            }
            stream.close();
            throw new IOException("this machine opens no files by directories");
        }

        private synchronized void release(Opened directory) throws IOException {
            directory.users--;
            Iterator<Opened> eldest = open.values().iterator();
            for (int left = open.size() - MOST_OPEN; left > 0 && eldest.hasNext(); left--) {
                Opened each = eldest.next();
                if (each.users == 0) {
                    eldest.remove();
                    each.stream.close();
                }
            }
        }

        synchronized void close() {
            for (Opened each : open.values()) {
                try {
                    each.stream.close();
                } catch (IOException e) {
                    // nothing was written by it
                }
            }
            open.clear();
        }
    }
}
