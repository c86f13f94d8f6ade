package dev.jbuild.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.UsageError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryFiltersTest {
    private static final LayerEntry FILE = Entries.file("usr/lib/libx.so.1", 1500);

    @ParameterizedTest
    @CsvSource({
        "libx.so.1, true",
        "*.so.?, true",
        "lib*, true",
        "*.so, false",
        "lib[xyz].so.[0-9], true",
        "lib[!x]*, false",
        "lib[]x]*, true",
        "LIB*, false",
        "'libx[so', false",
        "libx\\.so.1, true",
        "libx\\*, false",
        "usr/*, false",
    })
    void namesMatchAsWithFnmatch(String glob, boolean matches) {
        assertThat(EntryFilters.name(glob).test(FILE)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({"/usr/*.so.1, true", "/usr/lib/*, true", "usr/lib/*, false", "/usr/lib, false"})
    void pathsMatchWhole(String glob, boolean matches) {
        assertThat(EntryFilters.path(glob).test(FILE)).isEqualTo(matches);
    }

    @Test
    void whatIsSpecialToJavaIsNotSpecialHere() {
        assertThat(EntryFilters.name("a+(b)$").test(Entries.file("a+(b)$", 1))).isTrue();
        assertThat(EntryFilters.name("[a&&b]").test(Entries.file("&", 1))).isTrue();
        assertThat(EntryFilters.name("*").test(Entries.file("two\nlines", 1))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"f, true", "d, false", "'f,l', true", "'l,d', false", "w, false"})
    void typesAreLetters(String letters, boolean matches) throws UsageError {
        assertThat(EntryFilters.type(letters).test(FILE)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "1500, true",
        "+1499, true",
        "+1500, false",
        "-1501, true",
        "-1500, false",
        "2k, true",
        "+1k, true",
        "-2k, false",
        "+2k, false",
        "3b, true",
        "1M, true",
        "-1M, false",
        "1500c, true"
    })
    void partsOfAUnitCountAsOne(String size, boolean matches) throws UsageError {
        assertThat(EntryFilters.size(size).test(FILE)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "4755, true",
        "755, false",
        "-755, true",
        "-4000, true",
        "-2000, false",
        "/6000, true",
        "/0022, false",
        "/0, true",
        "-u+s, true",
        "'u=rwxs,go=rx', true",
        "'/u+s,g+s', true",
        "-g+w, false",
        "/o+w, false",
        "'/a+x', true"
    })
    void modesAreExactOrAllOrAny(String mode, boolean matches) throws UsageError {
        assertThat(EntryFilters.permissions(mode).test(Entries.withMode(FILE, 04755)))
                .isEqualTo(matches);
    }

    @Test
    void contentIsFoundByTheBeginningOfItsDigest() throws UsageError {
        String hex = FILE.content().orElseThrow().hex();
        assertThat(EntryFilters.content(hex).test(FILE)).isTrue();
        assertThat(EntryFilters.content("sha256:" + hex.substring(0, 7)).test(FILE))
                .isTrue();
        assertThat(EntryFilters.content("0000000").test(FILE)).isFalse();
        assertThat(EntryFilters.content(hex).test(Entries.directory("d"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"2026-01-30, true", "2026-01-31, false", "2026-01-30T23:59:59Z, true", "@1769817600, false", "0, true"})
    void newerIsAfterATime(String time, boolean matches) throws UsageError {
        assertThat(EntryFilters.newer(time).test(FILE.withMtimeSeconds(1769817600)))
                .isEqualTo(matches);
    }

    @Test
    void ownersAreNumbers() throws UsageError {
        assertThat(EntryFilters.user("0").and(EntryFilters.group("0")).test(FILE))
                .isTrue();
        assertThat(EntryFilters.user("1").test(FILE)).isFalse();
        assertThatThrownBy(() -> EntryFilters.user("www"))
                .isInstanceOf(UsageError.class)
                .hasMessageContaining("--user www is no number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "9z", "+-1", "1KB"})
    void anythingElseIsNoSize(String size) {
        assertThatThrownBy(() -> EntryFilters.size(size)).isInstanceOf(UsageError.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "888", "rwx", "77777", "u~x", "--1"})
    void anythingElseIsNoMode(String mode) {
        assertThatThrownBy(() -> EntryFilters.permissions(mode)).isInstanceOf(UsageError.class);
    }

    @Test
    void anythingElseIsNoTypeTimeOrDigest() {
        assertThatThrownBy(() -> EntryFilters.type("f,q")).isInstanceOf(UsageError.class);
        assertThatThrownBy(() -> EntryFilters.newer("yesterday")).isInstanceOf(UsageError.class);
        assertThatThrownBy(() -> EntryFilters.content("abc")).isInstanceOf(UsageError.class);
    }
}
