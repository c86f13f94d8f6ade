package dev.jbuild.solver.copy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.RawPath;
import dev.jbuild.testing.SharedVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The recorded builds of other builders that can be repeated without running a program. */
@Tag("kernel")
class CopyConformanceTest {
    private static final String CASE_TIME = "1485449953";
    private static final Pattern RUNS = Pattern.compile("(?im)^\\s*(RUN|ONBUILD)\\b");
    private static final Pattern COPIES = Pattern.compile("(?im)^\\s*(COPY|ADD|WORKDIR)\\b");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path temporary;

    @TestFactory
    List<DynamicTest> cases() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> directories = Files.list(SharedVectors.buildahCases()).sorted()) {
            for (Path directory : directories.toList()) {
                if (Files.exists(directory.resolve("case.json"))) {
                    JsonNode json = JSON.readTree(directory.resolve("case.json").toFile());
                    if (isForUs(directory, json)) {
                        tests.add(DynamicTest.dynamicTest(json.get("name").asText(), () -> check(directory, json)));
                    }
                }
            }
        }
        return tests;
    }

    private static boolean isForUs(Path directory, JsonNode json) throws IOException {
        Path file = directory.resolve("context").resolve(json.path("dockerfile").asText("Dockerfile"));
        boolean plain = json.path("args").isEmpty() && !json.hasNonNull("target");
        if (!plain || !Files.exists(file)) {
            return false;
        }
        String text = Files.readString(file, ISO_8859_1);
        return COPIES.matcher(text).find() && !RUNS.matcher(text).find() && !copiesRealBase(directory);
    }

    /** The bases here are tiny stand-ins, so what was copied out of a real one can't be compared. */
    private static boolean copiesRealBase(Path directory) throws IOException {
        Path expected = directory.resolve("expected.json");
        return Files.exists(expected)
                && JSON.readTree(expected.toFile()).get("tree").size() >= 100;
    }

    private void check(Path directory, JsonNode json) throws Exception {
        Path work = Files.createTempDirectory(temporary, "case");
        Path context = prepared(directory, Files.createDirectory(work.resolve("context")));
        Bench bench = new Bench(work);
        LayerStack base = bench.captured(LayerStack.EMPTY, TinyBase.write(bench.newUpper()));
        bench.base(base);
        String dockerfile = json.path("dockerfile").asText("Dockerfile");
        if (json.get("expect").asText().equals("error")) {
            assertThatThrownBy(() -> bench.build(context, dockerfile)).isInstanceOf(JbuildException.class);
            return;
        }
        JsonNode expected = JSON.readTree(directory.resolve("expected.json").toFile());
        boolean fromScratch = expected.path("base").isNull();
        Map<String, String> before = fromScratch ? Map.of() : described(base);
        Map<String, String> got = described(bench.build(context, dockerfile));
        got.entrySet().removeIf(entry -> entry.getValue().equals(before.get(entry.getKey())));
        Map<String, String> wanted = new TreeMap<>();
        expected.get("tree").properties().forEach(entry -> {
            if (!entry.getValue().has("from_base")) {
                wanted.put(entry.getKey(), described(entry.getValue()));
            } else {
                got.remove(entry.getKey());
            }
        });
        assertThat(lines(got)).isEqualTo(lines(wanted));
    }

    private static String lines(Map<String, String> entries) {
        StringBuilder text = new StringBuilder();
        entries.forEach(
                (path, rest) -> text.append(path).append(": ").append(rest).append('\n'));
        return text.toString();
    }

    private static Path prepared(Path directory, Path context) throws Exception {
        Path from = directory.resolve("context");
        if (Files.isDirectory(from)) {
            try (Stream<Path> walk = Files.walk(from)) {
                for (Path each : walk.toList()) {
                    Path to = context.resolve(from.relativize(each).toString());
                    if (!each.equals(from)) {
                        Files.copy(
                                each, to, StandardCopyOption.REPLACE_EXISTING, java.nio.file.LinkOption.NOFOLLOW_LINKS);
                    }
                    if (!Files.isSymbolicLink(to)) {
                        String mode = Files.isDirectory(to) ? "rwxr-xr-x" : "rw-r--r--";
                        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString(mode));
                    }
                }
            }
        }
        restoreSymlinks(context);
        if (Files.exists(directory.resolve("context.tar"))) {
            run(
                    context,
                    "tar",
                    "-xpf",
                    directory.resolve("context.tar").toAbsolutePath().toString());
        }
        if (Files.exists(directory.resolve("prepare.sh"))) {
            run(context, "sh", directory.resolve("prepare.sh").toAbsolutePath().toString());
        }
        run(context, "find", ".", "-depth", "-exec", "touch", "-h", "-d", "@" + CASE_TIME, "{}", "+");
        return context;
    }

    /** Some checkouts have files in the place of symlinks, which hold the target and no line end. */
    private static void restoreSymlinks(Path context) throws IOException {
        try (Stream<Path> walk = Files.walk(context)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                String text = Files.size(file) > 100 ? "" : Files.readString(file, ISO_8859_1);
                boolean path = text.matches("[A-Za-z0-9_./-]*[./][A-Za-z0-9_./-]*");
                Path target = file.resolveSibling(text).normalize();
                if (path && !target.equals(file) && Files.exists(target)) {
                    Files.delete(file);
                    Files.createSymbolicLink(file, Path.of(text));
                }
            }
        }
    }

    private static void run(Path directory, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().put("PREPARE_DATE", CASE_TIME);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).as("%s", List.of(command)).isZero();
    }

    private static String described(JsonNode entry) {
        StringBuilder text = new StringBuilder(entry.get("type").asText());
        if (!entry.get("type").asText().equals("symlink")) {
            text.append(' ').append(entry.get("mode").asText());
        }
        text.append(' ').append(entry.get("uid")).append(':').append(entry.get("gid"));
        text.append(' ')
                .append(entry.path("sha256").asText())
                .append(entry.path("linkname").asText());
        TreeSet<String> links = new TreeSet<>();
        entry.path("hardlinks").forEach(link -> links.add(link.asText()));
        TreeMap<String, String> xattrs = new TreeMap<>();
        entry.path("xattrs")
                .properties()
                .forEach(xattr -> xattrs.put(xattr.getKey(), xattr.getValue().asText()));
        return text.append(' ').append(links).append(xattrs).toString();
    }

    private static Map<String, String> described(LayerStack stack) throws JbuildException {
        List<Found> all = stack.view().beneath(RawPath.ROOT);
        Map<String, TreeSet<String>> links = new TreeMap<>();
        for (Found found : all) {
            links.computeIfAbsent(first(found), none -> new TreeSet<>())
                    .add(found.entry().path().toString());
        }
        Map<String, String> described = new TreeMap<>();
        for (Found found : all) {
            LayerEntry entry = found.entry();
            StringBuilder text = new StringBuilder(type(entry.type()));
            if (entry.type() != EntryType.SYMLINK) {
                text.append(String.format(" %04o", entry.mode()));
            }
            text.append(' ').append(entry.uid()).append(':').append(entry.gid());
            text.append(' ').append(entry.content().map(digest -> digest.hex()).orElse(""));
            text.append(entry.linkTarget());
            TreeSet<String> others = new TreeSet<>(links.getOrDefault(first(found), new TreeSet<>()));
            others.remove(entry.path().toString());
            text.append(' ').append(others).append(entry.xattrs());
            described.put(entry.path().toString(), text.toString());
        }
        return described;
    }

    private static String first(Found found) {
        return found.layer() + ":"
                + found.entry().hardLinkTo().orElse(found.entry().path());
    }

    private static String type(EntryType type) {
        return switch (type) {
            case DIRECTORY -> "dir";
            case SYMLINK -> "symlink";
            case FILE -> "file";
            default -> type.name();
        };
    }

    /** As much of a base image as these cases can tell. */
    private static final class TinyBase {
        static Path write(Path root) throws IOException {
            for (String path : List.of(
                    "bin", "etc", "home", "lib", "root", "tmp", "usr/lib", "usr/local/bin", "var/lib", "var/www")) {
                Files.createDirectories(root.resolve(path));
            }
            Files.writeString(root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1::/:/bin/sh\n");
            Files.writeString(root.resolve("etc/group"), "root:x:0:\ndaemon:x:1:\nmail:x:8:\n");
            Files.setAttribute(root.resolve("tmp"), "unix:mode", 01777);
            Files.setLastModifiedTime(root.resolve("tmp"), FileTime.fromMillis(0));
            return root;
        }
    }
}
