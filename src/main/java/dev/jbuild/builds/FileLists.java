package dev.jbuild.builds;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.builds.FileListing.ListedFile;
import dev.jbuild.oci.Digest;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The lists of files that steps were given. A list is called by what stands for its files in the preimage of the step's
 * key, so that steps that were given the same files share one.
 */
final class FileLists {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SUFFIX = ".gz";

    private final Path directory;

    FileLists(Path directory) {
        this.directory = directory;
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

    void write(String name, List<ListedFile> files) throws IOException {
        Files.createDirectories(directory);
        Path temporary = Files.createTempFile(directory, "new", "");
        try {
            try (OutputStream out = Files.newOutputStream(temporary);
                    BufferedWriter lines =
                            new BufferedWriter(new OutputStreamWriter(new FastGzip(out), StandardCharsets.UTF_8))) {
                for (ListedFile file : files) {
                    lines.write(MAPPER.writeValueAsString(
                            new String[] {file.path(), file.type(), file.attributes(), file.content()}));
                    lines.write('\n');
                }
            }
            Files.move(temporary, file(name), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Such lists are written while the user waits. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, 1 << 14);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /** The list of this name, if it is still there and whole. */
    Optional<List<ListedFile>> read(String name) {
        List<ListedFile> files = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file(name))), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode json = MAPPER.readTree(line);
                files.add(new ListedFile(
                        json.path(0).asText(),
                        json.path(1).asText(),
                        json.path(2).asText(),
                        json.path(3).asText()));
            }
        } catch (IOException e) {
            // It only explains: without it, less is explained.
            return Optional.empty();
        }
        return Optional.of(files);
    }

    /** Deletes all lists but these. */
    void retain(Set<String> names) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (!names.contains(name.replaceFirst("\\.gz$", ""))) {
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
