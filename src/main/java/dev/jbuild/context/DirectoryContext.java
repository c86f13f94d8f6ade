package dev.jbuild.context;

import dev.jbuild.buildfile.IgnorePatterns;
import dev.jbuild.layer.DigestingOutputStream;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.SymlinkWalk;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.HostPaths;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A directory of this machine, without what its ignore rules leave out.
 *
 * <p>Each file is looked at when it is first asked for, and then once: what was seen of it, its digest too, is kept for
 * as long as this object lives. A file that an earlier build read and that is as it was is not read ({@link StatIndexes}).
 *
 * <p>A directory that is ignored is there all the same if an exception begins with its path, as in {@code dir} with
 * {@code !dir/file}; or if an exception leads to something in it by wildcards after a name, as in {@code *} with
 * {@code !pkgs/*}{@code /file}. Exceptions that begin with a wildcard open no directory: so do docker's classic builder,
 * buildah and BuildKit's older clients, though its newer ones open all directories then.
 */
public final class DirectoryContext implements SourceTree {
    private static final RawPath UP = RawPath.of("..");

    private final Path root;
    private final IgnoreFile ignore;
    private final Optional<StatIndex> index;
    private final IgnoreTally tally;
    private final ContextEntries entries;
    private final ContextFiles files;
    private final List<String> exceptions;
    private final Map<RawPath, Optional<Node>> nodes = new ConcurrentHashMap<>();
    private final Map<RawPath, Boolean> passages = new ConcurrentHashMap<>();
    private final Map<RawPath, Digest> digests = new ConcurrentHashMap<>();

    private DirectoryContext(Path root, IgnoreFile ignore, Optional<StatIndex> index) throws IOException {
        this.root = root;
        this.ignore = ignore;
        this.index = index;
        this.tally = new IgnoreTally(ignore);
        this.entries = new ContextEntries(root, index);
        this.files = new ContextFiles(root);
        this.exceptions = ignore.patterns().patterns().stream()
                .filter(pattern -> pattern.startsWith("!"))
                .map(pattern -> pattern.substring(1) + "/")
                .toList();
    }

    /** What there is at a path, and what the rules found out about it. */
    private record Node(ContextEntries.Read read, IgnorePatterns.Entry rules) {
        LayerEntry entry() {
            return read.entry();
        }
    }

    /** Opens a directory, which is not walked before it is asked about. */
    public static DirectoryContext open(Path directory, IgnoreFile ignore) throws JbuildException {
        return open(directory, ignore, root -> Optional.empty());
    }

    /**
     * As {@link #open(Path, IgnoreFile)}.
     *
     * @param indexes tell which files need not be read, and hear of those that were
     */
    public static DirectoryContext open(Path directory, IgnoreFile ignore, StatIndexes indexes) throws JbuildException {
        return open(directory, ignore, root -> Optional.of(indexes.of(root)));
    }

    private static DirectoryContext open(Path directory, IgnoreFile ignore, Function<Path, Optional<StatIndex>> indexes)
            throws JbuildException {
        try {
            if (!Files.isDirectory(directory)) {
                throw new UserError("the build context " + directory + " is not a directory");
            }
            Path root = directory.toRealPath();
            return new DirectoryContext(root, ignore, indexes.apply(root));
        } catch (IOException e) {
            throw unreadable(RawPath.ROOT, e);
        }
    }

    /** The directory. */
    public Path root() {
        return root;
    }

    /** The rules that are applied, and where they stand. */
    public IgnoreFile ignoreFile() {
        return ignore;
    }

    @Override
    public Optional<LayerEntry> peek(RawPath path) throws JbuildException {
        Optional<Node> node = node(path);
        return node.isPresent() && isVisible(node.get()) ? Optional.of(described(node.get())) : Optional.empty();
    }

    @Override
    public Optional<LayerEntry> find(RawPath path) throws JbuildException {
        Optional<LayerEntry> entry = peek(path);
        if (entry.isPresent() && entry.get().type() == EntryType.FILE) {
            try {
                return Optional.of(withContent(entry.get(), digest(path)));
            } catch (IOException e) {
                throw unreadable(path, e);
            }
        }
        return entry;
    }

    private LayerEntry described(Node node) {
        Digest digest = digests.get(node.entry().path());
        return digest == null ? node.entry() : withContent(node.entry(), digest);
    }

    private static LayerEntry withContent(LayerEntry entry, Digest content) {
        return new LayerEntry(
                entry.path(),
                entry.type(),
                entry.mode(),
                entry.uid(),
                entry.gid(),
                entry.size(),
                entry.mtimeSeconds(),
                entry.linkTarget(),
                entry.deviceMajor(),
                entry.deviceMinor(),
                entry.xattrs(),
                Optional.of(content),
                entry.hardLinkTo(),
                entry.opaque());
    }

    /** Looks at each directory above first, so that no symlink is ever passed through. */
    private Optional<Node> node(RawPath path) throws JbuildException {
        Optional<Node> known = nodes.get(path);
        if (known == null) {
            known = readNode(path);
            nodes.put(path, known);
        }
        return known;
    }

    private Optional<Node> readNode(RawPath path) throws JbuildException {
        try {
            if (path.isRoot()) {
                return entries.read(root, path)
                        .map(read -> new Node(read, ignore.patterns().root()));
            }
            Optional<Node> parent = node(path.parent());
            if (parent.isEmpty()
                    || !parent.get().entry().isDirectory()
                    || path.fileName().equals(UP)) {
                return Optional.empty();
            }
            IgnorePatterns.Entry rules =
                    parent.get().rules().child(path.fileName().toString());
            boolean passage = rules.isIgnored() && (beginsException(rules) || rules.leadsToException());
            Optional<Node> node = rules.isIgnored() && !passage
                    ? Optional.empty()
                    : entries.read(HostPaths.resolve(root, path), path)
                            .filter(read -> !passage || read.entry().isDirectory())
                            .map(read -> node(read, rules));
            tally.decided(path, rules, parent.get().rules(), node.isPresent());
            return node;
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private Node node(ContextEntries.Read read, IgnorePatterns.Entry rules) {
        read.known().ifPresent(digest -> digests.put(read.entry().path(), digest));
        return new Node(read, rules);
    }

    private boolean beginsException(IgnorePatterns.Entry rules) {
        return exceptions.stream().anyMatch(exception -> exception.startsWith(rules.path() + "/"));
    }

    private boolean isVisible(Node node) throws JbuildException {
        if (!node.rules().isIgnored() || beginsException(node.rules())) {
            return true;
        }
        RawPath path = node.entry().path();
        Boolean known = passages.get(path);
        if (known == null) {
            known = holdsVisible(path);
            passages.put(path, known);
        }
        return known;
    }

    private boolean holdsVisible(RawPath directory) throws JbuildException {
        for (RawPath name : names(directory)) {
            if (peek(directory.resolve(name)).isPresent()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public List<LayerEntry> children(RawPath directory) throws JbuildException {
        Optional<Node> node = node(directory);
        if (node.isEmpty() || !node.get().entry().isDirectory()) {
            return List.of();
        }
        List<LayerEntry> children = new ArrayList<>();
        List<RawPath> paths = names(directory).stream().map(directory::resolve).toList();
        for (RawPath path : paths) {
            peek(path).ifPresent(children::add);
        }
        tally.listed(directory, paths);
        return children;
    }

    @Override
    public Optional<IgnoreReport> ignored() {
        return tally.report(path -> Files.exists(HostPaths.resolve(root, path), LinkOption.NOFOLLOW_LINKS));
    }

    private List<RawPath> names(RawPath directory) throws JbuildException {
        List<RawPath> names;
        try {
            names = files.list(directory);
        } catch (DirectoryIteratorException e) {
            throw unreadable(directory, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public RawPath resolve(RawPath path, boolean followLast) throws JbuildException {
        return SymlinkWalk.<JbuildException>resolve(at -> peek(at).flatMap(SymlinkWalk.RawLink::of), path, followLast);
    }

    @Override
    public InputStream open(RawPath file) throws JbuildException {
        return Channels.newInputStream(visible(file));
    }

    private FileChannel visible(RawPath file) throws JbuildException {
        if (peek(file).isEmpty()) {
            throw new UserError("\"/" + file + "\": not found in the build context");
        }
        try {
            return files.open(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    @Override
    public Optional<FileChannel> onDisk(RawPath file) throws JbuildException {
        return Optional.of(visible(file));
    }

    @Override
    public Optional<Object> identity(LayerEntry file) {
        Optional<Node> node = nodes.getOrDefault(file.path(), Optional.empty());
        return node.flatMap(known -> known.read().inode());
    }

    @Override
    public List<Digest> digests(List<RawPath> files) throws JbuildException {
        try {
            return files.parallelStream().map(this::digestUnchecked).collect(Collectors.toList());
        } catch (UncheckedIOException e) {
            throw unreadable(RawPath.ROOT, Objects.requireNonNull(e.getCause()));
        }
    }

    private Digest digestUnchecked(RawPath file) {
        try {
            return digest(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The digest of a file that was found to be visible. */
    private Digest digest(RawPath file) throws IOException {
        Digest known = digests.get(file);
        if (known == null) {
            known = read(file);
            digests.put(file, known);
        }
        return known;
    }

    private Digest read(RawPath file) throws IOException {
        Optional<Node> node = nodes.getOrDefault(file, Optional.empty());
        if (index.isEmpty()
                || node.isEmpty()
                || !entries.canRelyOn(node.get().read().stat())) {
            return hash(file);
        }
        ContextEntries.Read seen = node.get().read();
        Instant begun = index.get().now();
        Digest digest = hash(file);
        if (ContextEntries.stat(HostPaths.resolve(root, file)).equals(seen.stat())) {
            boolean plain = seen.entry().xattrs().isEmpty();
            index.get().put(file, new StatIndexFile.Entry(seen.stat(), plain, digest), begun);
        }
        return digest;
    }

    private Digest hash(RawPath file) throws IOException {
        try (InputStream in = Channels.newInputStream(files.open(file));
                DigestingOutputStream out = new DigestingOutputStream()) {
            copy(in, out);
            return out.digest();
        }
    }

    private static void copy(InputStream in, DigestingOutputStream out) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            out.write(buffer, 0, read);
        }
    }

    private static EnvironmentError unreadable(RawPath path, IOException e) {
        String why = e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
        return new EnvironmentError(
                "the build context can't be read at " + path + ": " + why,
                e,
                "leave the file out with a line in .dockerignore, or let the user who builds read it");
    }
}
