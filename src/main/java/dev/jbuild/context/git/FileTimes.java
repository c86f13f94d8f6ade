package dev.jbuild.context.git;

import dev.jbuild.sys.Fd;
import dev.jbuild.sys.HostPaths;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Gives all files of a tree one time. */
final class FileTimes {
    private FileTimes() {}

    static void set(Path directory, long seconds) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                touch(file, seconds);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                if (!visited.equals(directory)) {
                    touch(visited, seconds);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Natively, as Java can't set the time of a symlink. */
    private static void touch(Path file, long seconds) throws IOException {
        try (Fd parent = Linux.openDirectory(Objects.requireNonNull(file.getParent()))) {
            RawPath name = HostPaths.fileName(file);
            Linux.utimensat(parent, name, seconds, 0);
        }
    }
}
