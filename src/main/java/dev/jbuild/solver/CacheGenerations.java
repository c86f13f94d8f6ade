package dev.jbuild.solver;

import dev.jbuild.fs.Trees;
import dev.jbuild.store.KeptDirectories;
import dev.jbuild.store.SharedFileLock;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The generations of one cache. A step that is to find nothing begins a new one, which those after it go on with; steps that
 * work in an older one keep it until they end.
 */
final class CacheGenerations {
    private static final Pattern DIRECTORY = Pattern.compile("[0-9a-f]+-([0-9]{1,9})(\\.[0-9]+)?");

    private final Path directory;
    private final String name;

    CacheGenerations(Path directory, String name) {
        this.directory = directory;
        this.name = name;
    }

    private static int number(String directory) {
        Matcher matcher = DIRECTORY.matcher(directory);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    private int last() throws IOException {
        int last = 0;
        try (DirectoryStream<Path> caches = Files.newDirectoryStream(directory, name + "-*")) {
            for (Path cache : caches) {
                last = Math.max(last, number(String.valueOf(cache.getFileName())));
            }
        }
        return last;
    }

    String current() throws IOException {
        return name + "-" + last();
    }

    String next() throws IOException {
        return name + "-" + (last() + 1);
    }

    /** Deletes what is older than a generation, but for what is in use. */
    void discardBefore(String generation) throws IOException {
        try (DirectoryStream<Path> caches = Files.newDirectoryStream(directory, name + "-*")) {
            for (Path cache : caches) {
                String old = String.valueOf(cache.getFileName());
                if (number(old) >= 0 && number(old) < number(generation)) {
                    discard(cache);
                }
            }
        }
    }

    private static void discard(Path cache) throws IOException {
        Path lockFile = KeptDirectories.lockFile(cache);
        Optional<SharedFileLock.Hold> alone = SharedFileLock.tryLock(lockFile, false);
        if (alone.isPresent()) {
            try {
                Trees.deleteRecursively(cache);
                KeptDirectories.forget(cache);
            } finally {
                alone.get().close();
            }
        }
    }
}
