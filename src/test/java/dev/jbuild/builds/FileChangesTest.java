package dev.jbuild.builds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.builds.FileListing.ListedFile;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileChangesTest {
    private static ListedFile file(String path, String content) {
        return new ListedFile(path, "file", "mode 0644", content);
    }

    @Test
    void nothingChangedInTheSameList() {
        List<ListedFile> files = List.of(file("a", "1"), file("b", "2"));

        assertThat(FileChanges.between(files, files)).isEmpty();
    }

    @Test
    void namesWhatWasAddedRemovedAndChanged() {
        assertThat(FileChanges.between(
                        List.of(file("gone", "1"), file("same", "2"), file("other", "3")),
                        List.of(file("same", "2"), file("other", "4"), file("new", "5"))))
                .containsExactly("content of other", "added: new", "removed: gone");
    }

    @Test
    void aFileThatOnlyMovedIsRenamed() {
        assertThat(FileChanges.between(List.of(file("a", "1")), List.of(file("b", "1"))))
                .containsExactly("renamed: a → b");
    }

    @Test
    void anEmptyDirectoryIsNoRenamedOne() {
        assertThat(FileChanges.between(
                        List.of(new ListedFile("a", "directory", "mode 0755", "")),
                        List.of(new ListedFile("b", "directory", "mode 0755", ""))))
                .containsExactly("added: b", "removed: a");
    }

    @Test
    void namesModesAndTypes() {
        assertThat(FileChanges.between(
                        List.of(file("a", "1"), file("b", "1")),
                        List.of(
                                new ListedFile("a", "file", "mode 0755", "1"),
                                new ListedFile("b", "symlink", "mode 0644", "a"))))
                .containsExactly("a: mode 0644 → mode 0755", "type of b: file → symlink");
    }

    @Test
    void aCopyIsAddedWhereTheOriginalStays() {
        assertThat(FileChanges.between(List.of(file("a", "1")), List.of(file("a", "1"), file("b", "1"))))
                .containsExactly("added: b");
    }
}
