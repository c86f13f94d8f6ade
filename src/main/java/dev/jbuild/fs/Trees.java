package dev.jbuild.fs;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/** Whole trees of this machine. Pure Java: doesn't load native code. */
public final class Trees {
    private static final String ALL_OF_OWNER = "rwx------";

    private Trees() {}

    /**
     * Deletes a file, or a directory with all that is beneath it, however deep, whatever the names and whatever the modes.
     * Follows no symlinks, even when somebody changes the tree meanwhile. Nothing there is no error.
     */
    public static void deleteRecursively(Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(path);
            return;
        }
        try (DirectoryStream<Path> stream = open(path)) {
            if (stream instanceof SecureDirectoryStream<Path> directory) {
                empty(directory);
            } else {
                for (Path child : stream) {
                    deleteRecursively(child);
                }
            }
        } catch (NoSuchFileException e) {
            return;
        }
        Files.deleteIfExists(path);
    }

    @SuppressWarnings("StreamResourceLeak") // the caller closes it
    private static DirectoryStream<Path> open(Path path) throws IOException {
        try {
            DirectoryStream<Path> stream = Files.newDirectoryStream(path);
            if (Files.isWritable(path)) {
                return stream;
            }
            stream.close();
        } catch (AccessDeniedException e) {
            // Then it is ours to open, or the next call says that it isn't.
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(ALL_OF_OWNER));
        return Files.newDirectoryStream(path);
    }

    private static void empty(SecureDirectoryStream<Path> directory) throws IOException {
        for (Path child : directory) {
            Path name = Objects.requireNonNull(child.getFileName());
            if (isDirectory(directory, name)) {
                try (SecureDirectoryStream<Path> inner = open(directory, name)) {
                    empty(inner);
                }
                directory.deleteDirectory(name);
            } else {
                directory.deleteFile(name);
            }
        }
    }

    private static boolean isDirectory(SecureDirectoryStream<Path> directory, Path name) throws IOException {
        return directory
                .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isDirectory();
    }

    private static SecureDirectoryStream<Path> open(SecureDirectoryStream<Path> directory, Path name)
            throws IOException {
        PosixFileAttributeView view =
                directory.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        var mode = view.readAttributes().permissions();
        var needed = PosixFilePermissions.fromString(ALL_OF_OWNER);
        if (!mode.containsAll(needed)) {
            try {
                // By path and not by view: a chmod that doesn't follow symlinks isn't there on Linux.
                directory
                        .getFileAttributeView(name, PosixFileAttributeView.class)
                        .setPermissions(needed);
            } catch (FileSystemException e) {
                // Not ours: only root can go on, and root doesn't need the mode.
            }
        }
        return directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
    }
}
