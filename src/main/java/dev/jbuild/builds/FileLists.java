package dev.jbuild.builds;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.builds.FileListing.ListedFile;
import dev.jbuild.oci.Digest;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * The lists of files that steps were given. A list is called by what stands for its files in the preimage of the step's
 * key, so that steps that were given the same files share one. One that is much like another is kept as the difference.
 */
final class FileLists {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SUFFIX = ".files";
    private static final String MAGIC = "jbuild files 1";
    /** So many lists upon lists are read at most. */
    private static final int DEEPEST = 30;
    /** Bytes of a text. No path or attribute has as many. */
    private static final int LONGEST = 1 << 20;
    /** So many of the latest lists may be the one to keep the difference from. */
    private static final int CANDIDATES = 16;

    private final Path directory;

    FileLists(Path directory) {
        this.directory = directory;
    }

    /**
     * How a file begins.
     *
     * @param upon the list that this one is the difference from; empty if it is whole
     * @param depth how many lists have to be read before it
     * @param first the first path of the whole list
     */
    private record Head(String upon, int depth, String first) {
        static Head read(DataInputStream in) throws IOException {
            if (!text(in).equals(MAGIC)) {
                throw new IOException("no list of files");
            }
            return new Head(text(in), in.readInt(), text(in));
        }

        void write(DataOutputStream out) throws IOException {
            text(out, MAGIC);
            text(out, upon);
            out.writeInt(depth);
            text(out, first);
        }
    }

    /** What the list of a step with this preimage is called; nothing if it depends on no single files. */
    static Optional<String> name(String preimage) {
        JsonNode json;
        try {
            json = MAPPER.readTree(preimage);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
        JsonNode files = json.path("files");
        JsonNode mounts = json.path("mounts");
        if (files.isTextual()) {
            return Optional.of(hex(files.asText()));
        }
        return mounts.isEmpty() ? Optional.empty() : Optional.of(hex(mounts.toString()));
    }

    private static String hex(String text) {
        return Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    boolean has(String name) {
        return Files.exists(file(name));
    }

    /** @param scratch a directory on the same file system, in which it is written until it is whole */
    void write(String name, List<ListedFile> files, Path scratch) throws IOException {
        Files.createDirectories(directory);
        Path temporary = Files.createTempFile(scratch, "files", BuildRecords.UNFINISHED);
        // Such lists are written while the user waits.
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            try (DataOutputStream out = new DataOutputStream(
                    new DeflaterOutputStream(Files.newOutputStream(temporary), deflater, 1 << 14))) {
                write(out, files);
            }
            Files.move(temporary, file(name), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            deflater.end();
            Files.deleteIfExists(temporary);
        }
    }

    private void write(DataOutputStream out, List<ListedFile> files) throws IOException {
        String first = files.isEmpty() ? "" : files.get(0).path();
        Optional<String> like = like(first);
        Map<String, ListedFile> old =
                like.flatMap(this::read).map(FileLists::byPath).orElse(Map.of());
        List<ListedFile> changed = files.stream()
                .filter(file -> !file.equals(old.get(file.path())))
                .toList();
        Set<String> gone = new HashSet<>(old.keySet());
        files.forEach(file -> gone.remove(file.path()));
        boolean whole = like.isEmpty() || changed.size() + gone.size() > files.size() / 2;
        int depth = whole ? 0 : head(like.get()).map(head -> head.depth() + 1).orElse(0);
        new Head(whole ? "" : like.get(), depth, first).write(out);
        out.writeInt(whole ? 0 : gone.size());
        if (!whole) {
            for (String path : gone) {
                text(out, path);
            }
        }
        List<ListedFile> written = whole ? files : changed;
        out.writeInt(written.size());
        for (ListedFile file : written) {
            text(out, file.path());
            text(out, file.type());
            text(out, file.attributes());
            text(out, file.content());
        }
    }

    /** The latest list that begins with this path, as the next of the same step is likely to. */
    private Optional<String> like(String first) throws IOException {
        record Dated(String name, long time) {}
        List<Dated> lists = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : all) {
                String name = String.valueOf(file.getFileName());
                lists.add(new Dated(
                        name.substring(0, name.length() - SUFFIX.length()),
                        Files.getLastModifiedTime(file).toMillis()));
            }
        }
        lists.sort(Comparator.comparingLong(Dated::time).reversed());
        for (Dated list : lists.subList(0, Math.min(lists.size(), CANDIDATES))) {
            Optional<Head> head = head(list.name());
            if (head.isPresent()
                    && head.get().first().equals(first)
                    && head.get().depth() < DEEPEST) {
                return Optional.of(list.name());
            }
        }
        return Optional.empty();
    }

    private static Map<String, ListedFile> byPath(List<ListedFile> files) {
        Map<String, ListedFile> byPath = new LinkedHashMap<>();
        files.forEach(file -> byPath.put(file.path(), file));
        return byPath;
    }

    private DataInputStream open(String name) throws IOException {
        return new DataInputStream(new BufferedInputStream(new InflaterInputStream(Files.newInputStream(file(name)))));
    }

    private Optional<Head> head(String name) {
        try (DataInputStream in = open(name)) {
            return Optional.of(Head.read(in));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The list of this name, if it is still there and whole. */
    Optional<List<ListedFile>> read(String name) {
        Map<String, ListedFile> files = new LinkedHashMap<>();
        try {
            readInto(files, name, DEEPEST);
            return Optional.of(new ArrayList<>(files.values()));
        } catch (IOException e) {
            // It only explains: without it, less is explained.
            return Optional.empty();
        }
    }

    private void readInto(Map<String, ListedFile> files, String name, int deepest) throws IOException {
        try (DataInputStream in = open(name)) {
            Head head = Head.read(in);
            if (!head.upon().isEmpty()) {
                if (deepest == 0) {
                    throw new IOException("too many lists of files upon each other");
                }
                readInto(files, head.upon(), deepest - 1);
            }
            for (int left = in.readInt(); left > 0; left--) {
                files.remove(text(in));
            }
            for (int left = in.readInt(); left > 0; left--) {
                ListedFile file = new ListedFile(text(in), text(in), text(in), text(in));
                files.put(file.path(), file);
            }
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > LONGEST) {
            throw new IOException("a list of files is damaged");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("a list of files is too short");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Deletes all lists but these, and those that they are differences from. */
    void retain(Set<String> names) throws IOException {
        Set<String> needed = new HashSet<>();
        for (String name : names) {
            for (String at = name; !at.isEmpty() && needed.add(at); ) {
                at = head(at).map(Head::upon).orElse("");
            }
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                boolean stays =
                        name.endsWith(SUFFIX) && needed.contains(name.substring(0, name.length() - SUFFIX.length()));
                if (!stays) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException e) {
            // There never was a list.
        }
    }

    private Path file(String name) {
        return directory.resolve(name + SUFFIX);
    }
}
