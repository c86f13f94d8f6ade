package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.fs.Trees;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.MergedView;
import dev.jbuild.snapshot.PackedLayers;
import dev.jbuild.store.Store;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is edited, an image from the cache has the content of one that is made without it. Each sequence of edits begins
 * with a project of its own; all share one store, and so whatever its cache might mistake for another.
 *
 * <p>{@code -Djbuild.edits.sequences=N -Djbuild.edits.first=K} tries N sequences from number K on.
 */
@Tag("kernel")
class RandomEditsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int SEQUENCES = Integer.getInteger("jbuild.edits.sequences", 60);
    private static final int FIRST = Integer.getInteger("jbuild.edits.first", 1);
    /** Records of builds are kept, so a store that sees many gets slow. */
    private static final int SEQUENCES_IN_A_STORE = 250;

    private static final List<String> APPLETS =
            List.of("sh", "cat", "echo", "find", "stat", "sort", "rm", "mkdir", "mv", "ln", "cp", "chmod", "ls", "env");
    private static final List<String> PLACES = List.of("a", "b", "d", "d/a", "d/b", "d/e", "d/e/a", "x", "x/b");
    private static final List<String> CONTENTS = List.of("1\n", "2\n", "3\n", "longer\n", "");
    private static final List<String> SOURCES =
            List.of(".", "a", "b", "d", "d/", "d/*", "*", "[ab]", "x/../d", "x", "d/e a");
    private static final List<String> DESTINATIONS = List.of("/", "/t", "/t/", "/t/u/", "./", "/l/", "/t/d/e/", "/m/");
    private static final List<String> FLAGS = List.of(
            "",
            "",
            "",
            "--chmod=700 ",
            "--chmod=u+x ",
            "--chown=1:2 ",
            "--exclude=a ",
            "--exclude=**/b ",
            "--link ",
            "--parents ");
    private static final List<String> COMMANDS = List.of(
            // The list is made before there is its file, which may or may not be found otherwise.
            "list=$(find / -xdev -path /proc -prune -o -path /sys -prune -o -path /dev -prune -o ! -type d"
                    + " -exec stat -c '%n %a %u %g %s %N' {} + | sort); echo \"$list\" > /list",
            "find /t -type d -exec stat -c '%n %a %u' {} + | sort > /dirs",
            "cat /t/* > /cat; true",
            "rm -rf /t/d",
            "rm -rf /t && mkdir /t && echo new > /t/new",
            "echo $A $B > /variables",
            "env | sort > /env",
            "mkdir -p /t/d && echo made > /t/d/z",
            "mv /t /m; true",
            "ln -sfn /t /l",
            "ln -f /a /b; true",
            "cp -a /t /w; true",
            "chmod 700 /t; true",
            "echo >> /a",
            "ls /nothing");
    private static final List<String> MOUNTS = List.of(
            "--mount=type=bind,source=d,target=/mnt find /mnt | sort > /mounted",
            "--mount=type=bind,target=/mnt cat /mnt/a /mnt/d/* > /mounted; true",
            "--mount=type=bind,source=d,target=/mnt,rw echo 1 > /mnt/q; ls /mnt > /mounted",
            "--mount=type=tmpfs,target=/mnt echo 1 > /mnt/q; ls /mnt > /mounted");

    @TempDir
    Path temp;

    /** A project that is edited at random, as a number says. */
    private final class Project {
        private final Random random;
        private final Path context;
        private final List<List<String>> stages = new ArrayList<>();
        private final List<String> flags = new ArrayList<>();
        private final List<String> story = new ArrayList<>();

        Project(int number) throws IOException {
            // Neighbouring seeds give alike beginnings.
            random = new Random(number * 0x9E3779B97F4A7C15L);
            context = Files.createDirectory(temp.resolve("project" + number));
            for (int i = 0; i < 6; i++) {
                editContext();
            }
            for (int i = 0; i < 1 + random.nextInt(3); i++) {
                List<String> stage = new ArrayList<>();
                for (int j = 0; j < 1 + random.nextInt(4); j++) {
                    stage.add(instruction(i));
                }
                stages.add(stage);
            }
            writeBuildfile();
        }

        private String one(List<String> choices) {
            return choices.get(random.nextInt(choices.size()));
        }

        void edit() throws IOException {
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> editContext();
                case 4, 5 -> editBuildfile();
                case 6 -> {
                    flags.clear();
                    if (random.nextBoolean()) {
                        flags.addAll(List.of("--build-arg", "A=" + random.nextInt(3)));
                    }
                    if (random.nextInt(3) == 0) {
                        flags.addAll(List.of("--target", "s" + random.nextInt(stages.size())));
                    }
                    story.add("flags " + flags);
                }
                default -> {
                    String ignore = one(List.of("", "a\n", "d\n!d/a\n", "**/b\n", "*\n!x\n"));
                    Files.writeString(context.resolve(".dockerignore"), ignore);
                    story.add("ignore " + ignore.strip());
                }
            }
        }

        private void editContext() throws IOException {
            Path file = context.resolve(one(PLACES));
            boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
            int what = random.nextInt(10);
            if (!there || what == 0) {
                makeDirectories(file.getParent());
                Trees.deleteRecursively(file);
                make(file);
            } else if (what == 1) {
                Trees.deleteRecursively(file);
                story.add("removed " + file);
            } else if (what == 2) {
                Path to = context.resolve(one(PLACES));
                if (!to.startsWith(file)
                        && !file.startsWith(to)
                        && Files.isDirectory(to.getParent(), LinkOption.NOFOLLOW_LINKS)) {
                    Trees.deleteRecursively(to);
                    Files.move(file, to);
                    story.add("moved " + file + " to " + to);
                }
            } else if (Files.isSymbolicLink(file)) {
                Files.delete(file);
                make(file);
            } else if (what == 3) {
                String mode = one(List.of("rwxr-xr-x", "rw-r--r--", "rwx------"));
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
                story.add("mode of " + file + " " + mode);
            } else if (what == 4 || Files.isDirectory(file)) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(random.nextInt(3))));
                story.add("time of " + file);
            } else {
                // Of the same size and time as another may be, as editors and generators leave it.
                FileTime before = Files.getLastModifiedTime(file);
                String content = one(CONTENTS);
                Files.writeString(file, content);
                Files.setLastModifiedTime(file, before);
                story.add("content of " + file + " " + content.strip());
            }
        }

        private void makeDirectories(Path directory) throws IOException {
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                makeDirectories(directory.getParent());
                Trees.deleteRecursively(directory);
                Files.createDirectory(directory);
            }
        }

        private void make(Path file) throws IOException {
            switch (random.nextInt(6)) {
                case 0 -> Files.createDirectories(file);
                case 1 -> Files.createSymbolicLink(file, Path.of(one(List.of("a", "../a", "d", "/a", "nowhere"))));
                case 2 -> {
                    Path other = context.resolve(one(PLACES));
                    if (Files.isRegularFile(other, LinkOption.NOFOLLOW_LINKS)) {
                        Files.createLink(file, other);
                    }
                }
                default -> Files.writeString(file, one(CONTENTS));
            }
            story.add("made " + file);
        }

        private void editBuildfile() throws IOException {
            int number = random.nextInt(stages.size());
            List<String> stage = stages.get(number);
            int place = random.nextInt(stage.size());
            switch (random.nextInt(4)) {
                case 0 -> stage.add(place, instruction(number));
                case 1 -> stage.set(place, instruction(number));
                case 2 -> stage.add(random.nextInt(stage.size()), stage.remove(place));
                default -> {
                    if (stage.size() > 1) {
                        stage.remove(place);
                    }
                }
            }
            writeBuildfile();
            story.add("Buildfile\n" + text());
        }

        private void writeBuildfile() throws IOException {
            Files.writeString(context.resolve("Buildfile"), text());
        }

        private String text() {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < stages.size(); i++) {
                text.append("FROM base AS s").append(i).append('\n');
                for (String line : stages.get(i)) {
                    text.append(line).append('\n');
                }
            }
            return text.toString();
        }

        private String instruction(int stage) {
            String flag = one(FLAGS);
            return switch (random.nextInt(14)) {
                case 0, 1, 2, 3 -> "COPY " + flag + one(SOURCES) + " " + one(DESTINATIONS);
                case 4 -> "ADD " + one(List.of("a", "d", "b")) + " " + one(DESTINATIONS);
                case 5, 6 ->
                    stage == 0
                            ? "RUN " + one(MOUNTS)
                            : "COPY " + flag.replace("--parents ", "") + "--from=s" + random.nextInt(stage) + " "
                                    + one(List.of("/t", "/", "/a", "/t/*", "/l")) + " " + one(DESTINATIONS);
                case 7 -> "RUN " + one(MOUNTS);
                case 8 -> one(List.of("ENV A=1", "ENV A=2 B=3", "ARG A", "ARG A=2", "ARG B=1", "LABEL a=$A"));
                case 9 -> one(List.of("WORKDIR /t", "WORKDIR w", "WORKDIR /l", "USER 1", "USER 0", "VOLUME /t"));
                default -> "RUN " + one(COMMANDS);
            };
        }

        /** Builds, and says what came out, apart from times; or that it failed. */
        String build(String... more) throws Exception {
            List<String> command = new ArrayList<>(List.of("build", "-q", "--network=none"));
            command.addAll(flags);
            command.addAll(List.of(more));
            command.add(".");
            TestConsole console = console(context);
            int status = console.run(command.toArray(String[]::new));
            assertThat(status).as(console::err).isIn(0, 1);
            return status == 0 ? content(Digest.parse(console.out().strip())) : "failed";
        }

        @Override
        public String toString() {
            return text() + flags + "\n" + String.join("\n", story);
        }
    }

    private static int storeOf(int number) {
        return (number - FIRST) / SEQUENCES_IN_A_STORE;
    }

    private int current;

    private Path store() {
        return temp.resolve("store" + storeOf(current));
    }

    private String content(Digest id) throws Exception {
        try (Store store = Store.open(store())) {
            byte[] bytes = store.blobs().read(id);
            ObjectNode config = (ObjectNode) MAPPER.readTree(bytes);
            config.remove(List.of("created", "rootfs"));
            config.path("history").forEach(entry -> ((ObjectNode) entry).remove("created"));
            LayerStack stack = LayerStack.EMPTY;
            for (DiffId layer : ImageConfig.parse(bytes).diffIds()) {
                stack = stack.plus(new PackedLayers(store).find(layer).orElseThrow());
            }
            StringBuilder content = new StringBuilder(config.toPrettyString());
            add(stack.view(), RawPath.ROOT, content);
            return content.toString();
        }
    }

    /** Whole files: which layer says what may hang on times, as a directory is in none that the ones below have as it is. */
    private static void add(MergedView view, RawPath directory, StringBuilder content) {
        for (MergedView.Found child : view.children(directory)) {
            LayerEntry entry = child.entry();
            content.append("\n%s %s %o %d:%d %d %s %s%s"
                    .formatted(
                            entry.path(),
                            entry.type(),
                            entry.mode(),
                            entry.uid(),
                            entry.gid(),
                            entry.size(),
                            entry.content().map(Digest::toString).orElse(""),
                            entry.linkTarget(),
                            entry.xattrs()));
            if (entry.isDirectory()) {
                add(view, entry.path(), content);
            }
        }
    }

    private TestConsole console(Path directory) {
        return new TestConsole()
                .in(directory)
                .home(Path.of(System.getProperty("jbuild.dist", "target/jbuild"))
                        .toAbsolutePath())
                .env("JBUILD_ROOT", store().toString());
    }

    private void makeBase() throws IOException {
        Path base = temp.resolve("base");
        if (Files.notExists(base)) {
            Path bin = Files.createDirectories(base.resolve("root/bin"));
            Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
            for (String applet : APPLETS) {
                Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
            }
            Files.writeString(base.resolve("Buildfile"), "FROM scratch\nCOPY root /\n");
        }
        TestConsole console = console(base);
        assertThat(console.run("build", "-q", "-t", "base", "."))
                .as(console::err)
                .isZero();
    }

    @Test
    void theCacheGivesWhatAFreshBuildGives() throws Exception {
        int failed = 0;
        for (int number = FIRST; number < FIRST + SEQUENCES; number++) {
            current = number;
            if (Files.notExists(store())) {
                try (Stream<Path> files = Files.list(temp)) {
                    for (Path old : files.filter(
                                    file -> file.getFileName().toString().startsWith("store"))
                            .toList()) {
                        Trees.deleteRecursively(old);
                    }
                }
                makeBase();
            }
            Project project = new Project(number);
            project.build();
            for (int i = 0; i < project.random.nextInt(3); i++) {
                project.edit();
                project.build();
            }
            project.edit();
            String cached = project.build();
            String fresh = project.build("--no-cache");
            assertThat(cached)
                    .as("sequence %d from the cache and without it: %s", number, project)
                    .isEqualTo(fresh);
            failed += cached.equals("failed") ? 1 : 0;
            Trees.deleteRecursively(project.context);
        }
        // Of failures nothing is learnt: most are to succeed.
        assertThat(failed).isLessThan(SEQUENCES / 2 + 1);
    }
}
