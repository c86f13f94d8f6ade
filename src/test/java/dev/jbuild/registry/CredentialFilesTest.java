package dev.jbuild.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.EnvironmentError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialFilesTest {
    private static final CredentialHelper HELPER = (name, server) -> Optional.of(new Credential(name, server));

    @TempDir
    Path directory;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    private static ImageReference image(String domain, String path) {
        return new ImageReference(domain, path, Optional.of("latest"), Optional.empty());
    }

    private static Optional<Credential> find(Path file, String domain, String path) throws Exception {
        return new CredentialFiles(List.of(file)).find(image(domain, path), HELPER);
    }

    @Test
    void readsDockersFile() throws Exception {
        Path file =
                file("config.json", "{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"bWU6c2U6Y3JldA==\"}}}");
        assertThat(find(file, "docker.io", "library/busybox")).contains(new Credential("me", "se:cret"));
        assertThat(find(file, "quay.io", "a/b")).isEmpty();
    }

    @Test
    void prefersTheMostSpecificPath() throws Exception {
        Path file = file(
                "auth.json",
                "{\"auths\":{\"quay.io\":{\"auth\":\"YTox\"},\"quay.io/team\":{\"auth\":\"Yjoy\"},"
                        + "\"quay.io/team/app\":{\"auth\":\"Yzoz\"}}}");
        assertThat(find(file, "quay.io", "team/app")).contains(new Credential("c", "3"));
        assertThat(find(file, "quay.io", "team/apple")).contains(new Credential("b", "2"));
        assertThat(find(file, "quay.io", "teams/app")).contains(new Credential("a", "1"));
    }

    @Test
    void readsIdentityTokens() throws Exception {
        Path file = file("config.json", "{\"auths\":{\"r.io:5000\":{\"identitytoken\":\"xyz\"}}}");
        assertThat(find(file, "r.io:5000", "a")).contains(new Credential("", "xyz"));
    }

    @Test
    void asksHelpers() throws Exception {
        Path file = file("config.json", "{\"credsStore\":\"pass\",\"credHelpers\":{\"gcr.io\":\"gcr\"}}");
        assertThat(find(file, "gcr.io", "a/b")).contains(new Credential("gcr", "gcr.io"));
        assertThat(find(file, "docker.io", "a/b")).contains(new Credential("pass", "https://index.docker.io/v1/"));
    }

    @Test
    void firstFileThatKnowsWins() throws Exception {
        Path first = file("a.json", "{\"auths\":{\"x.io\":{\"auth\":\"YTox\"}}}");
        Path second = file("b.json", "{\"auths\":{\"x.io\":{\"auth\":\"Yjoy\"},\"y.io\":{\"auth\":\"Yjoy\"}}}");
        CredentialFiles files = new CredentialFiles(List.of(directory.resolve("none.json"), first, second));
        assertThat(files.find(image("x.io", "p"), HELPER)).contains(new Credential("a", "1"));
        assertThat(files.find(image("y.io", "p"), HELPER)).contains(new Credential("b", "2"));
    }

    @Test
    void storesAndErasesAmongOtherContent() throws Exception {
        Path file = file("config.json", "{\"psFormat\":\"x\",\"auths\":{\"https://x.io/v1/\":{\"auth\":\"YTox\"}}}");
        CredentialFiles.store(file, "docker.io", new Credential("me", "pass"));
        assertThat(find(file, "docker.io", "a/b")).contains(new Credential("me", "pass"));
        assertThat(Files.readString(file)).contains("psFormat").contains("https://index.docker.io/v1/");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(CredentialFiles.erase(file, "x.io")).isTrue();
        assertThat(CredentialFiles.erase(file, "x.io")).isFalse();
        assertThat(find(file, "x.io", "p")).isEmpty();
        assertThat(find(file, "docker.io", "p")).isPresent();
    }

    @Test
    void makesTheFileAndItsDirectory() throws Exception {
        Path file = directory.resolve("new").resolve("auth.json");
        CredentialFiles.store(file, "x.io", new Credential("me", "pass"));
        assertThat(find(file, "x.io", "p")).contains(new Credential("me", "pass"));
    }

    @Test
    void saysWhichFileIsBroken() throws Exception {
        Path broken = file("config.json", "{");
        assertThatThrownBy(() -> find(broken, "x.io", "p"))
                .isInstanceOf(EnvironmentError.class)
                .hasMessageContaining(broken.toString());
        Path bad = file("bad.json", "{\"auths\":{\"x.io\":{\"auth\":\"!\"}}}");
        assertThatThrownBy(() -> find(bad, "x.io", "p")).hasMessageContaining("x.io");
    }

    @Test
    void doesNotPrintSecrets() {
        assertThat(new Credential("me", "secret").toString()).doesNotContain("secret");
    }
}
