package dev.jbuild.solver.caches;

import dev.jbuild.fs.CancellableInput;
import dev.jbuild.fs.Trees;
import dev.jbuild.layer.Compression;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.SharedFileLock;
import dev.jbuild.sys.SyscallException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The caches as people see them. A cache that a step is using can neither be removed nor exported. */
@SuppressWarnings("try") // locks are held to the end of a block that does not name them
public final class CacheInventory {
    /** What an archive is unpacked under until it is read to its end and so known what it is. */
    private static final String IMPORT = "0".repeat(32) + "-0";

    private final CacheFiles files;

    CacheInventory(CacheFiles files) {
        this.files = files;
    }

    /** All caches, in the order of their ids. */
    public List<CacheEntry> list() throws JbuildException {
        try {
            List<CacheEntry> all = new ArrayList<>();
            for (String name : files.names("")) {
                Optional<CacheRecord> record = files.readRecord(name);
                all.add(new CacheEntry(
                        name,
                        record.map(CacheRecord::namespace).orElse(""),
                        record.map(CacheRecord::id).orElse(""),
                        size(files.tree(name)),
                        files.lastUsed(name),
                        isInUse(name)));
            }
            all.sort(Comparator.comparing(CacheEntry::title).thenComparing(CacheEntry::name));
            return all;
        } catch (IOException e) {
            throw new EnvironmentError("the cache mounts can't be listed: " + e.getMessage(), e);
        }
    }

    private boolean isInUse(String name) throws IOException {
        Optional<SharedFileLock.Hold> alone = files.tryLock(name, false);
        alone.ifPresent(SharedFileLock.Hold::close);
        return alone.isEmpty();
    }

    /** The bytes of all files, of those with several names once. Steps may be changing them meanwhile. */
    private static long size(Path tree) throws IOException {
        long[] size = {0};
        Set<Object> linked = new HashSet<>();
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && (hasOneName(file) || linked.add(attributes.fileKey()))) {
                    size[0] += attributes.size();
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        return size[0];
    }

    private static boolean hasOneName(Path file) {
        try {
            return Integer.valueOf(1).equals(Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            return true; // gone meanwhile
        }
    }

    /** What was removed, and what was not, for it is in use. */
    public record Removal(List<CacheEntry> removed, List<CacheEntry> inUse) {
        public Removal {
            removed = List.copyOf(removed);
            inUse = List.copyOf(inUse);
        }
    }

    /** Removes all caches that are called one of these words. */
    public Removal remove(List<String> words) throws JbuildException {
        List<CacheEntry> all = list();
        for (String word : words) {
            if (all.stream().noneMatch(cache -> cache.isCalled(word))) {
                throw unknown(word);
            }
        }
        return remove(all.stream().filter(cache -> words.stream().anyMatch(cache::isCalled)));
    }

    /** Removes all caches, and what crashes left of others. */
    public Removal removeAll() throws JbuildException {
        sweep();
        return remove(list().stream());
    }

    /** Removes what crashes left of caches that were being made or deleted. */
    public void sweep() throws JbuildException {
        try {
            files.sweep();
        } catch (IOException e) {
            throw new EnvironmentError("what is left of cache mounts can't be removed: " + e.getMessage(), e);
        }
    }

    private Removal remove(Stream<CacheEntry> caches) throws JbuildException {
        List<CacheEntry> removed = new ArrayList<>();
        List<CacheEntry> inUse = new ArrayList<>();
        for (CacheEntry cache : caches.toList()) {
            try {
                (remove(cache.name()) ? removed : inUse).add(cache);
            } catch (IOException e) {
                throw new EnvironmentError(
                        "the cache mount " + cache.title() + " can't be removed: " + e.getMessage(), e);
            }
        }
        return new Removal(removed, inUse);
    }

    private boolean remove(String name) throws IOException {
        Optional<SharedFileLock.Hold> alone = files.tryLock(name, false);
        if (alone.isEmpty()) {
            return false;
        }
        try (SharedFileLock.Hold hold = alone.get()) {
            if (files.exists(name)) {
                files.delete(name);
            }
            return true;
        }
    }

    private static UserError unknown(String word) {
        return new UserError("there is no cache mount " + word, "see those that are there: jbuild cache ls");
    }

    /**
     * Writes a cache as a tar, without closing {@code out}. No step can use it until that is done.
     *
     * @return how many sockets are in the cache, which no tar can hold
     */
    public long exportTo(String word, Compression compression, OutputStream out, Cancellation cancellation)
            throws JbuildException {
        CacheEntry cache = find(word);
        try {
            Optional<SharedFileLock.Hold> alone = files.tryLock(cache.name(), false);
            if (alone.isEmpty()) {
                throw new UserError(
                        "the cache mount " + cache.title() + " is in use, and an export would get half of what a step"
                                + " is writing",
                        "try again when the build has ended");
            }
            try (SharedFileLock.Hold hold = alone.get();
                    OutputStream compressed = compression.compress(new KeptOpen(out))) {
                return CacheArchive.write(
                        files.tree(cache.name()), files.readRecord(cache.name()), compressed, cancellation);
            }
        } catch (IOException e) {
            cancellation.throwIfCancelled();
            throw new EnvironmentError("the cache mount " + cache.title() + " can't be exported: " + e.getMessage(), e);
        }
    }

    /** Of a cache's further private directories and older generations none is meant, unless it is named. */
    private CacheEntry find(String word) throws JbuildException {
        List<CacheEntry> called =
                list().stream().filter(cache -> cache.isCalled(word)).toList();
        if (called.isEmpty()) {
            throw unknown(word);
        }
        Map<String, CacheEntry> main = called.stream()
                .collect(Collectors.toMap(
                        cache -> cache.name().substring(0, cache.name().indexOf('-')),
                        cache -> cache,
                        (one, other) ->
                                CacheFiles.generation(one.name()) < CacheFiles.generation(other.name()) ? other : one));
        if (main.size() > 1) {
            throw new UserError(
                    "several cache mounts are called " + word + ": "
                            + main.values().stream()
                                    .map(CacheEntry::shortName)
                                    .sorted()
                                    .collect(Collectors.joining(", ")),
                    "say which one by that name");
        }
        return main.values().iterator().next();
    }

    /**
     * Makes a cache of a tar of any compression, in place of the one that is there. Steps that are using that one keep it
     * to their end.
     *
     * @param namespace what {@code BUILDKIT_CACHE_MOUNT_NS} will be; absent for that of the cache that was exported
     */
    public CacheEntry importFrom(InputStream archive, String id, Optional<String> namespace, Cancellation cancellation)
            throws JbuildException {
        try {
            files.make();
            files.sweep();
            try (SharedFileLock.Hold hold = files.lock(IMPORT, true, cancellation)) {
                return importFrom(archive, files.fresh(IMPORT), id, namespace, cancellation);
            }
        } catch (IOException e) {
            throw new EnvironmentError("the cache mount " + id + " can't be imported: " + e.getMessage(), e);
        }
    }

    private CacheEntry importFrom(
            InputStream archive, Path fresh, String id, Optional<String> namespace, Cancellation cancellation)
            throws IOException, JbuildException {
        try {
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
            CacheRecord archived = unpack(archive, fresh, cancellation).orElse(new CacheRecord("/", ""));
            CacheRecord record = archived.as(namespace.orElse(archived.namespace()), id);
            String name = publish(fresh, record, cancellation);
            new CacheGenerations(files, record.name()).discardBefore(name);
            return new CacheEntry(
                    name, record.namespace(), record.id(), size(files.tree(name)), files.lastUsed(name), false);
        } finally {
            Trees.deleteRecursively(fresh);
        }
    }

    private static Optional<CacheRecord> unpack(InputStream archive, Path fresh, Cancellation cancellation)
            throws IOException, JbuildException {
        try (InputStream tar = Compression.decompress(new CancellableInput(archive, cancellation))) {
            return CacheArchive.read(tar, fresh, cancellation);
        } catch (SyscallException e) {
            throw e;
        } catch (IOException e) {
            cancellation.throwIfCancelled();
            throw new UserError("the archive can't be read: " + e.getMessage(), e);
        }
    }

    /** A new generation, or the first one. */
    private String publish(Path fresh, CacheRecord record, Cancellation cancellation)
            throws IOException, JbuildException {
        CacheGenerations generations = new CacheGenerations(files, record.name());
        while (true) {
            String name = files.names(record.name() + "-").isEmpty() ? generations.current() : generations.next();
            try (SharedFileLock.Hold hold = files.lock(name, false, cancellation)) {
                if (!files.exists(name)) {
                    files.publish(fresh, name, record);
                    return name;
                }
            }
        }
    }

    /** A stream whose end is its owner's affair. */
    private static final class KeptOpen extends FilterOutputStream {
        KeptOpen(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
