package dev.jbuild.builds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.builds.FileListing.ListedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of files, one kept as the difference from another. */
class FileListsTest {
    @TempDir
    private Path directory;

    private final Random random = new Random(3);

    private FileLists lists() {
        return new FileLists(directory.resolve("lists"));
    }

    private static ListedFile file(int number, int version) {
        return new ListedFile(
                "/d/f" + number, "FILE", "mode 644", "sha256:" + "%064x".formatted(version * 7919 + number));
    }

    private static List<ListedFile> version(Map<Integer, Integer> versions) {
        List<ListedFile> files = new ArrayList<>();
        versions.forEach((number, version) -> files.add(file(number, version)));
        return files;
    }

    private long size(String name) throws IOException {
        return Files.size(directory.resolve("lists").resolve(name + ".files"));
    }

    /** The time of writing says which was the last, and here many are written in one moment. */
    private void written(String name, int when) throws IOException {
        Files.setLastModifiedTime(
                directory.resolve("lists").resolve(name + ".files"), FileTime.fromMillis(1000L * when));
    }

    @Test
    void eachOfManyVersionsIsReadAsItWas() throws Exception {
        Map<Integer, Integer> now = new TreeMap<>();
        for (int i = 0; i < 400; i++) {
            now.put(i, 0);
        }
        Map<String, List<ListedFile>> all = new TreeMap<>();
        for (int version = 1; version < 70; version++) {
            for (int i = 0; i < 5; i++) {
                now.put(random.nextInt(420), version);
                now.remove(1 + random.nextInt(400));
            }
            String name = "v" + version;
            all.put(name, version(now));
            lists().write(name, all.get(name), directory);
            written(name, version);
        }
        for (Map.Entry<String, List<ListedFile>> list : all.entrySet()) {
            assertThat(lists().read(list.getKey()).orElseThrow()).containsExactlyInAnyOrderElementsOf(list.getValue());
        }
        assertThat(size("v2")).isLessThan(size("v1") / 5);

        lists().retain(Set.of("v20", "v40"));
        assertThat(lists().read("v20").orElseThrow()).containsExactlyInAnyOrderElementsOf(all.get("v20"));
        assertThat(lists().read("v40").orElseThrow()).containsExactlyInAnyOrderElementsOf(all.get("v40"));
        assertThat(lists().has("v41")).isFalse();
        assertThat(lists().has("v69")).isFalse();
    }

    @Test
    void anotherListIsWhole() throws Exception {
        lists().write("a", List.of(file(1, 1), file(2, 1), file(3, 1)), directory);
        lists().write("b", List.of(file(1, 1), file(7, 1), file(8, 1)), directory);
        lists().retain(Set.of("b"));
        assertThat(lists().read("b")).contains(List.of(file(1, 1), file(7, 1), file(8, 1)));
        assertThat(lists().has("a")).isFalse();
    }

    @Test
    void whatIsDamagedOrLacksAnotherExplainsNothing() throws Exception {
        List<ListedFile> files = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            files.add(file(i, 1));
        }
        lists().write("a", files, directory);
        written("a", 1);
        files.set(20, file(20, 2));
        lists().write("b", files, directory);
        Files.delete(directory.resolve("lists/a.files"));
        assertThat(lists().read("b")).isEmpty();
        Files.write(directory.resolve("lists/b.files"), new byte[] {1, 2, 3});
        assertThat(lists().read("b")).isEmpty();
        assertThat(lists().read("never")).isEmpty();
    }
}
