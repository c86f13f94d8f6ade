package dev.jbuild.context.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.context.BuildSecrets;
import dev.jbuild.context.http.Proxies;
import dev.jbuild.graph.Op;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitSourceTest {
    @TempDir
    private Path temporary;

    private TestRepository origin;
    private String first;
    private int checkouts;

    @BeforeEach
    void makeRepository() throws IOException {
        origin = new TestRepository(temporary.resolve("origin"), "sha1");
        first = origin.write("f", "1").commit("one");
        origin.git("tag", "v1");
    }

    /** Each build has a source of its own; what they fetched they share. */
    private GitSource newBuild() {
        return new GitSource(
                temporary.resolve("store"),
                new GitSettings(System.getenv("PATH"), Optional.empty(), Proxies.NONE),
                BuildSecrets.NONE);
    }

    private Op.Git ref(String ref) {
        return new Op.Git(origin.remote(), ref, "", "", false, true, false, false);
    }

    private Op.Git checksum(String ref, String checksum) {
        return new Op.Git(origin.remote(), ref, checksum, "", false, true, false, false);
    }

    private Op.Git keep(String ref) {
        return new Op.Git(origin.remote(), ref, "", "", true, true, false, false);
    }

    private Op.Git subdir(String subdir) {
        return new Op.Git(origin.remote(), "main", "", subdir, false, true, false, false);
    }

    private Path checkout(Op.Git op) throws IOException, JbuildException {
        return checkout(op, newBuild());
    }

    private Path checkout(Op.Git op, GitSource source) throws IOException, JbuildException {
        checkouts++;
        Path directory = Files.createDirectory(temporary.resolve("files" + checkouts));
        Path scratch = Files.createDirectory(temporary.resolve("scratch" + checkouts));
        source.checkout(op, directory, scratch, new Cancellation());
        return directory;
    }

    private String key(Op.Git op) throws JbuildException {
        return newBuild().key(op, new Cancellation());
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha1", "sha256"})
    void refsOfAllKinds(String format) throws Exception {
        origin = new TestRepository(temporary.resolve("another"), format);
        first = origin.write("f", "1").commit("one");
        origin.git("tag", "v1");
        String second = origin.write("f", "2").commit("two");
        origin.git("tag", "-a", "-m", "annotated", "v2");
        origin.git("branch", "side", "v1");
        for (String ref : List.of("v1", "refs/tags/v1", "tags/v1", "side", "refs/heads/side", first)) {
            assertThat(checkout(ref(ref)).resolve("f")).as(ref).hasContent("1");
            assertThat(key(ref(ref))).as(ref).isEqualTo(first);
        }
        for (String ref : List.of("", "main", "v2", "refs/tags/v2", second)) {
            assertThat(checkout(ref(ref)).resolve("f")).as(ref).hasContent("2");
            assertThat(key(ref(ref))).as(ref).isEqualTo(second);
        }
    }

    @Test
    void branchesComeBeforeTags() throws Exception {
        String second = origin.write("f", "2").commit("two");
        origin.git("branch", "both");
        origin.git("tag", "both", "v1");
        assertThat(key(ref("both"))).isEqualTo(second);
    }

    @Test
    void nothingButTheFiles() throws Exception {
        origin.write("d/e/f", "").commit("two");
        assertThat(names(checkout(ref("main")))).containsExactly("d", "f");
    }

    @Test
    void modesAreThoseOfGit() throws Exception {
        origin.write("x", "");
        Files.setPosixFilePermissions(origin.directory.resolve("x"), PosixFilePermissions.fromString("rwx------"));
        Files.createSymbolicLink(origin.directory.resolve("link"), Path.of("f"));
        origin.write("d/f", "").commit("two");
        Path files = checkout(ref("main"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.resolve("x"))))
                .isEqualTo("rwxr-xr-x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.resolve("f"))))
                .isEqualTo("rw-r--r--");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.resolve("d"))))
                .isEqualTo("rwxr-xr-x");
        assertThat(Files.readSymbolicLink(files.resolve("link"))).isEqualTo(Path.of("f"));
    }

    @Test
    void anEmptyCommit() throws Exception {
        origin.git("rm", "--quiet", "f");
        origin.commit("nothing");
        assertThat(names(checkout(ref("main")))).isEmpty();
    }

    @Test
    void theHistoryIsThatOfAClone() throws Exception {
        origin.write("f", "2").commit("two");
        Path files = checkout(keep("v1"));
        assertThat(files.resolve("f")).hasContent("1");
        assertThat(files.resolve(".git/HEAD")).hasContent(first);
        assertThat(files.resolve(".git/config")).content().contains(origin.remote());
        TestRepository clone = TestRepository.at(files);
        assertThat(clone.git("status", "--short")).isEmpty();
        assertThat(clone.git("log", "--format=%H")).isEqualTo(first);
        assertThat(clone.git("tag")).isEqualTo("v1");
        assertThat(names(files.resolve(".git"))).doesNotContain("FETCH_HEAD", "hooks");
    }

    @Test
    void theHistoryOfATagHasTheTag() throws Exception {
        origin.git("tag", "-a", "-m", "annotated", "v2");
        TestRepository clone = TestRepository.at(checkout(keep("v2")));
        assertThat(clone.git("cat-file", "-t", "v2")).isEqualTo("tag");
        assertThat(clone.git("rev-parse", "HEAD")).isEqualTo(first);
    }

    @Test
    void theHistoryOfACommit() throws Exception {
        assertThat(checkout(keep(first)).resolve(".git/HEAD")).hasContent(first);
    }

    @Test
    void aDirectoryOfIt() throws Exception {
        origin.write("a/b/c", "c").write("a/.hidden", "").commit("two");
        assertThat(names(checkout(subdir("a")))).containsExactly(".hidden", "b");
        assertThat(names(checkout(subdir("a/b")))).containsExactly("c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gone", "f", "link", "link/e"})
    void whatIsNoDirectoryOfIt(String subdir) throws Exception {
        Files.createSymbolicLink(origin.directory.resolve("link"), Path.of("d"));
        origin.write("d/e/f", "").commit("two");
        assertThatThrownBy(() -> checkout(subdir(subdir)))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("invalid subdir " + subdir + ": the git repository has no directory ");
    }

    @Test
    void filesAsOldAsTheCommit() throws Exception {
        origin.write("d/g", "");
        Files.createSymbolicLink(origin.directory.resolve("link"), Path.of("nowhere"));
        origin.commit("two");
        Path files = checkout(ref("main").withCommitTimes());
        for (String name : List.of("f", "d", "d/g", "link")) {
            assertThat(Files.getLastModifiedTime(files.resolve(name), LinkOption.NOFOLLOW_LINKS)
                            .toInstant())
                    .as(name)
                    .isEqualTo(Instant.ofEpochSecond(1700000000));
        }
        assertThat(newBuild().commitTime(ref("v1"), new Cancellation())).isEqualTo(Instant.ofEpochSecond(1700000000));
    }

    @Test
    void checksums() throws Exception {
        assertThat(key(checksum("main", first))).isEqualTo(first);
        assertThat(key(checksum("main", first.substring(0, 7)))).isEqualTo(first);
        assertThat(key(checksum(first, first.substring(0, 1)))).isEqualTo(first);
        assertThat(key(new Op.Git(origin.remote(), "", first, "", false, true, false, true)))
                .isEqualTo(first);
    }

    @Test
    void aTagMayBeMeantByItsOwnHash() throws Exception {
        origin.git("tag", "-a", "-m", "annotated", "v2");
        String tag = origin.git("rev-parse", "v2");
        assertThat(key(checksum("v2", tag))).isEqualTo(first);
        assertThat(key(checksum("v2", first))).isEqualTo(first);
    }

    @Test
    void wrongChecksums() {
        String wrong = "0".repeat(40);
        assertThatThrownBy(() -> key(checksum("main", wrong)))
                .isInstanceOf(UserError.class)
                .hasMessage("expected checksum to match " + wrong + ", got " + first);
        assertThatThrownBy(() -> key(checksum(first, wrong))).hasMessageContaining("expected checksum to match");
        assertThatThrownBy(() -> key(checksum("main", "x")))
                .isInstanceOf(UserError.class)
                .hasMessage("invalid checksum x for Git URL, expected hex commit hash");
    }

    @Test
    void whatIsNotThere() {
        assertThatThrownBy(() -> key(ref("gone")))
                .isInstanceOf(UserError.class)
                .hasMessage("repository does not contain ref gone");
        assertThatThrownBy(() -> key(ref("refs/heads/v1"))).hasMessage("repository does not contain ref refs/heads/v1");
        assertThatThrownBy(() -> checkout(ref("0".repeat(40)))).isInstanceOf(RemoteError.class);
        assertThatThrownBy(() -> key(new Op.Git("file:///nowhere/r.git", "main", "", "", false, true, false, false)))
                .isInstanceOf(RemoteError.class)
                .hasMessageStartingWith("failed to fetch remote file:///nowhere/r.git: ");
    }

    @Test
    void keysTellWhatDiffers() throws Exception {
        origin.write("d/f", "").commit("two");
        assertThat(List.of(
                        key(ref("main")),
                        key(keep("main")),
                        key(subdir("d")),
                        key(ref("main").withCommitTimes()),
                        key(new Op.Git(origin.remote(), "main", "", "", false, false, false, false))))
                .doesNotHaveDuplicates();
    }

    @Test
    void aRefThatMovesMeanwhile() throws Exception {
        GitSource build = newBuild();
        assertThat(build.key(ref("main"), new Cancellation())).isEqualTo(first);
        origin.write("f", "2").commit("two");
        assertThat(checkout(ref("main"), build).resolve("f")).hasContent("1");
        assertThat(checkout(ref("main")).resolve("f")).hasContent("2");
    }

    @Test
    void aBranchThatBecomesADirectory() throws Exception {
        origin.git("branch", "a");
        checkout(ref("a"));
        origin.git("branch", "-D", "a");
        origin.write("f", "2").commit("two");
        origin.git("branch", "a/b");
        assertThat(checkout(ref("a/b")).resolve("f")).hasContent("2");
    }

    @Test
    void whatWasFetchedIsNotAskedForAgain() throws Exception {
        checkout(ref(first));
        Files.move(origin.directory, temporary.resolve("away"));
        assertThat(checkout(ref(first)).resolve("f")).hasContent("1");
    }

    @Test
    void submodulesOfThisMachineAreRefused() throws Exception {
        TestRepository other = new TestRepository(temporary.resolve("other"), "sha1");
        other.write("secret", "").commit("one");
        origin.git("submodule", "--quiet", "add", other.remote(), "sub");
        origin.commit("two");
        assertThatThrownBy(() -> checkout(ref("main")))
                .isInstanceOf(RemoteError.class)
                .hasMessageContaining("transport 'file' not allowed");
        Path without = checkout(new Op.Git(origin.remote(), "main", "", "", false, false, false, false));
        assertThat(names(without.resolve("sub"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext::sh -c touch% x", "fd::0", "/nowhere.git"})
    void otherProtocolsAreRefused(String remote) {
        assertThatThrownBy(() -> key(new Op.Git(remote, "main", "", "", false, true, false, false)))
                .isInstanceOf(RemoteError.class);
    }

    @Test
    void withoutTheProgram() {
        GitSource source = new GitSource(
                temporary, new GitSettings("/nowhere", Optional.empty(), Proxies.NONE), BuildSecrets.NONE);
        assertThatThrownBy(() -> source.key(ref("main"), new Cancellation()))
                .isInstanceOf(EnvironmentError.class)
                .hasMessage("the git repository " + origin.remote()
                        + " can't be loaded: there is no program git on this machine");
    }

    @Test
    void aCancelledBuildAsksNothing() {
        Cancellation cancelled = new Cancellation();
        cancelled.cancel();
        assertThatThrownBy(() -> newBuild().key(ref("main"), cancelled)).isInstanceOf(BuildCancelled.class);
    }
}
