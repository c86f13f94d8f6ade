package dev.jbuild.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.buildfile.SourceRange;
import dev.jbuild.engine.BuildRequest.NamedText;
import dev.jbuild.inspect.DockerPrettyPrinter;
import dev.jbuild.problem.SourceExcerpt;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A Buildfile that something is said about: how its name, its places and its bytes are shown. */
final class SourceText {
    static final ObjectMapper MAPPER = new ObjectMapper();
    private static final ObjectWriter WRITER = MAPPER.writer(new DockerPrettyPrinter("  "));

    private final NamedText file;
    private final Path workingDirectory;

    SourceText(NamedText file, Path workingDirectory) {
        this.file = file;
        this.workingDirectory = workingDirectory;
    }

    /** The file's own name, without directories. */
    String fileName() {
        return file.name().substring(file.name().lastIndexOf('/') + 1);
    }

    /** The path by which the user can find it. */
    private String shownPath() {
        if (file.path().isEmpty()) {
            return file.name();
        }
        Path path = file.path().get().toAbsolutePath().normalize();
        return path.startsWith(workingDirectory)
                ? workingDirectory.relativize(path).toString()
                : path.toString();
    }

    byte[] bytes() {
        return file.text().getBytes(StandardCharsets.UTF_8);
    }

    SourceExcerpt excerpt(SourceRange range) {
        List<String> lines = Arrays.asList(file.text().split("\n", -1));
        return SourceExcerpt.of(shownPath(), lines, range.startLine(), range.endLine());
    }

    /** A place in the shape of BuildKit's {@code pb.Location}, in which what is 0 is left out. */
    static ObjectNode location(int firstLine, int lastLine) {
        ObjectNode location = MAPPER.createObjectNode();
        ObjectNode range = location.putArray("ranges").addObject();
        range.putObject("start").put("line", firstLine);
        range.putObject("end").put("line", lastLine);
        return location;
    }

    static ObjectNode location(SourceRange range) {
        return location(range.startLine(), range.endLine());
    }

    static String json(ObjectNode value) {
        try {
            return WRITER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree can always be written", e);
        }
    }
}
