package dev.jbuild.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** Deletes trees that jbuild made. Names are whatever bytes they are. */
final class FileTrees {
    private FileTrees() {}

    /** Deletes a tree, however far another process came with it. Returns the bytes of its files. */
    static long delete(Path path) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            long bytes = attributes.isRegularFile() ? attributes.size() : 0;
            if (attributes.isDirectory()) {
                bytes += deleteChildren(path);
            }
            Files.deleteIfExists(path);
            return bytes;
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private static long deleteChildren(Path directory) throws IOException {
        try {
            return deleteListed(directory);
        } catch (AccessDeniedException e) {
            // An overlay's work directory has mode 0, and the contents of images any.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            return deleteListed(directory);
        }
    }

    private static long deleteListed(Path directory) throws IOException {
        long bytes = 0;
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                bytes += delete(child);
            }
        } catch (DirectoryIteratorException e) {
            throw new IOException("can't list " + directory, e);
        }
        return bytes;
    }
}
