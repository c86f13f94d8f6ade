package dev.jbuild.image;

import static dev.jbuild.image.ImageFixture.PLATFORM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.registry.Credential;
import dev.jbuild.registry.CredentialFiles;
import dev.jbuild.registry.RegistrySettings;
import dev.jbuild.registry.jib.HttpRegistries;
import dev.jbuild.testing.DockerRegistry;
import dev.jbuild.testing.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against the registry of the distribution project, with a password, and skopeo as another client of it. */
@Tag("kernel")
@Tag("slow")
@Timeout(120)
class RealRegistryTest {
    // The bcrypt hash of "secret".
    private static final String PASSWORDS = "me:$2y$05$2tQQ9DRyWflVSDJyNIxeeuQRmNE0tx3.bwWLAi6OK4uoHsM3D1rT6\n";

    @TempDir
    Path directory;

    private @Nullable DockerRegistry registry;
    private String domain;
    private ImageFixture here;

    @BeforeEach
    void start() throws Exception {
        here = new ImageFixture(directory.resolve("here"));
        Files.writeString(directory.resolve("htpasswd"), PASSWORDS);
        registry = DockerRegistry.start(
                directory, "auth: {htpasswd: {realm: test, path: %s/htpasswd}}".formatted(directory));
        domain = registry.domain();
    }

    @AfterEach
    void stop() {
        here.close();
        DockerRegistry running = registry;
        if (running != null) {
            running.close();
        }
    }

    private ImageReference name(String path) {
        return ImageReference.parse(domain + "/" + path);
    }

    private HttpRegistries registries() {
        return new HttpRegistries(RegistrySettings.of(List.of(directory.resolve("auth.json")), Set.of()));
    }

    @Test
    void pushesAndPulls() throws Exception {
        StringBuilder large = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            large.append(i * 7919L).append(' ');
        }
        LocalImage image = here.image(Optional.of("app:1"), Map.of("etc/", "", "etc/large", large.toString()));
        try (HttpRegistries registries = registries()) {
            ImageLibrary library = new ImageLibrary(here.store, registries);
            assertThatThrownBy(() -> library.push(image, name("team/app:1"), TransferProgress.NONE, here.cancellation))
                    .isInstanceOf(RemoteError.class)
                    .hasMessageContaining("denies access");
        }
        try (HttpRegistries registries = registries()) {
            assertThatThrownBy(() -> registries.verify(domain, new Credential("me", "wrong")))
                    .isInstanceOf(RemoteError.class);
            registries.verify(domain, new Credential("me", "secret"));
        }
        CredentialFiles.store(directory.resolve("auth.json"), domain, new Credential("me", "secret"));
        try (HttpRegistries registries = registries()) {
            ImageLibrary library = new ImageLibrary(here.store, registries);
            Descriptor pushed = library.push(image, name("team/app:1"), TransferProgress.NONE, here.cancellation);
            assertThat(library.push(image, name("other/app:1"), TransferProgress.NONE, here.cancellation))
                    .isEqualTo(pushed);
            assertThat(skopeo("team/app:1")).contains(pushed.digest().toString());
            try (ImageFixture there = new ImageFixture(directory.resolve("there"))) {
                ImageLibrary other = new ImageLibrary(there.store, registries);
                LocalImage pulled = other.pull(name("team/app:1"), PLATFORM, TransferProgress.NONE, here.cancellation);
                assertThat(pulled.id()).isEqualTo(image.id());
                assertThat(other.unpack(pulled, TransferProgress.NONE, here.cancellation)
                                .diffIds())
                        .isEqualTo(image.config().diffIds());
                assertThatThrownBy(() ->
                                other.pull(name("team/app:2"), PLATFORM, TransferProgress.NONE, here.cancellation))
                        .hasMessageContaining("manifest unknown");
                other.push(pulled, name("third/app:1"), TransferProgress.NONE, here.cancellation);
            }
        }
        assertThat(Files.readString(directory.resolve("registry.log"))).contains("mount=sha256");
    }

    private String skopeo(String path) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(
                            "skopeo",
                            "inspect",
                            "--tls-verify=false",
                            "--creds=me:secret",
                            "docker://" + domain + "/" + path)
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            Needs.machine(false, "skopeo isn't installed");
            return "";
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
