package dev.jbuild.sys;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Where programs are looked up, as {@code PATH} has it. Pure Java. */
public final class SearchPath {
    private SearchPath() {}

    /** The program of this name in the first absolute directory that has one; directories that are relative don't count. */
    public static Optional<Path> find(String name, String searchPath) {
        return Arrays.stream(searchPath.split(File.pathSeparator, -1))
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, name))
                .filter(SearchPath::isProgram)
                .findFirst();
    }

    /** Whether there is a program that this user may execute. */
    public static boolean isProgram(Path path) {
        return Files.isExecutable(path) && !Files.isDirectory(path);
    }
}
