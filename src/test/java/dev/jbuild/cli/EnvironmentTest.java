package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.config.EnvironmentVariable;
import dev.jbuild.problem.UsageError;
import dev.jbuild.problem.UserError;
import dev.jbuild.registry.RegistryPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
    @TempDir
    private Path directory;

    private final TestConsole console = new TestConsole();

    @Test
    void whatOtherBuildersHeedIsSaidWhenDebugging() {
        console.env("BUILDX_BUILDER", "mine");
        assertThat(console.run("version")).isZero();
        assertThat(console.err()).isEmpty();
        assertThat(console.run("-D", "version")).isZero();
        assertThat(console.err())
                .isEqualTo("DEBUG: BUILDX_BUILDER is ignored: there are no other builders to choose\n");
    }

    @Test
    void anIsolationThatIsNotThereIsAlwaysSaid() {
        console.env("BUILDAH_ISOLATION", "hyperv");
        assertThat(console.run("version")).isZero();
        assertThat(console.err()).startsWith("WARNING: BUILDAH_ISOLATION=hyperv is unknown");
    }

    @Test
    void isolationThatIsUsualIsNotSpokenOf() {
        console.env("BUILDAH_ISOLATION", "rootless");
        assertThat(console.run("version")).isZero();
        assertThat(console.err()).isEmpty();
    }

    @Test
    void registrySourcesArePolicy() throws UserError {
        console.env("BUILD_REGISTRY_SOURCES", """
                {"blockedRegistries": ["bad.example"], "allowedRegistries": ["good.example", "bad.example"],
                 "insecureRegistries": ["good.example:80"]}""");
        RegistrySources sources = RegistrySources.of(console.console());
        assertThat(sources.insecure()).containsExactly("good.example:80");
        sources.policy().check("good.example");
        assertThatThrownBy(() -> sources.policy().check("bad.example"))
                .hasMessage("registry bad.example may not be spoken to: it is in the blocked registries of"
                        + " BUILD_REGISTRY_SOURCES");
        assertThatThrownBy(() -> sources.policy().check("docker.io"))
                .hasMessage("registry docker.io may not be spoken to: it is not in the allowed registries of"
                        + " BUILD_REGISTRY_SOURCES");
    }

    @Test
    void withoutRegistrySourcesAnyRegistryIsGood() throws UserError {
        assertThat(RegistrySources.of(console.console()).policy()).isSameAs(RegistryPolicy.ANY);
        RegistryPolicy.ANY.check("docker.io");
    }

    @Test
    void malformedRegistrySourcesAreRefused() {
        for (String text : new String[] {"x", "[]", "{\"blockedRegistries\": \"a\"}"}) {
            assertThatThrownBy(() -> RegistrySources.of(new TestConsole()
                            .env("BUILD_REGISTRY_SOURCES", text)
                            .console()))
                    .isInstanceOf(UsageError.class);
        }
    }

    @Test
    void aBlockedRegistryIsNotPulledFrom() throws IOException {
        console.in(directory)
                .env("JBUILD_ROOT", directory.resolve("store").toString())
                .env("BUILD_REGISTRY_SOURCES", "{\"blockedRegistries\": [\"docker.io\"]}");
        Files.writeString(directory.resolve("Dockerfile"), "FROM busybox\n");
        assertThat(console.run("check")).isEqualTo(1);
        assertThat(console.err()).startsWith("ERROR: busybox: registry docker.io may not be spoken to");
    }

    @Test
    void proxiesAreKnownInBothCasesAndTheLowerWins() {
        console.env("HTTP_PROXY", "upper").env("http_proxy", "lower");
        assertThat(console.console().variable(EnvironmentVariable.HTTP_PROXY)).hasValue("lower");
    }

    @Test
    void longNamesAreCutWhereAskedFor() throws IOException {
        String name = "A".repeat(100);
        Files.writeString(directory.resolve(name), "FROM scratch\n");
        console.in(directory).env("JBUILD_ROOT", directory.resolve("store").toString());
        assertThat(console.run("build", "--progress=plain", "--check", "-f", name, "."))
                .isZero();
        assertThat(console.err()).contains("load build definition from " + name + "\n");
        console.env("PROGRESS_NO_TRUNC", "0");
        assertThat(console.run("build", "--progress=plain", "--check", "-f", name, "."))
                .isZero();
        assertThat(console.err())
                .contains("#1 " + ("[internal] load build definition from " + name).substring(0, 72) + "...\n");
    }

    @Test
    void theDockerfileMayBeWrittenInLowerCase() throws IOException {
        Files.createDirectories(directory.resolve("sub"));
        Files.writeString(directory.resolve("sub/dockerfile"), "FROM scratch\n");
        console.in(directory).env("JBUILD_ROOT", directory.resolve("store").toString());
        assertThat(console.run("targets", "-f", "sub/Dockerfile")).isZero();
        assertThat(console.run("targets", "sub")).isZero();
        assertThat(console.out()).contains("(default)");
    }
}
