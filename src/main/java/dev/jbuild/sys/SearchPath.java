package dev.jbuild.sys;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Where programs are looked up, as {@code PATH} has it. Pure Java. */
public final class SearchPath {
    /** Where distributions put programs that are made for others to call, netavark and the plugins of CNI among them. */
    private static final List<String> HELPER_DIRECTORIES = List.of(
            "/usr/local/libexec/podman",
            "/usr/local/lib/podman",
            "/usr/libexec/podman",
            "/usr/lib/podman",
            "/opt/cni/bin",
            "/usr/local/lib/cni",
            "/usr/libexec/cni",
            "/usr/lib/cni");

    private SearchPath() {}

    /** With the directories of programs that nobody calls by hand, after all others. */
    public static String withHelperDirectories(String searchPath) {
        return searchPath + File.pathSeparator + String.join(File.pathSeparator, HELPER_DIRECTORIES);
    }

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
