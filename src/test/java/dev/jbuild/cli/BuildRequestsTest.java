package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.context.ModePolicy;
import dev.jbuild.engine.BuildRequest;
import dev.jbuild.engine.BuildRequest.Secret;
import dev.jbuild.engine.BuildfileSource;
import dev.jbuild.engine.ContextSettings;
import dev.jbuild.engine.ContextSource;
import dev.jbuild.engine.Entitlement;
import dev.jbuild.engine.Output;
import dev.jbuild.engine.StepSettings;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.problem.UserError;
import dev.jbuild.sandbox.IoLimits;
import dev.jbuild.sandbox.Isolation;
import dev.jbuild.sandbox.Limits;
import dev.jbuild.sandbox.Rlimit;
import dev.jbuild.sandbox.cdi.DeviceGrants;
import dev.jbuild.sandbox.cdi.DeviceRequests;
import dev.jbuild.sandbox.cdi.HostDevice;
import dev.jbuild.solver.HostVolume;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BuildRequestsTest {
    @TempDir
    private Path directory;

    private final TestConsole console = new TestConsole();

    /** The request that {@code jbuild build ARGS} makes in the test's directory. */
    private BuildRequest request(String... args) throws JbuildException {
        GlobalOptions globals = new GlobalOptions();
        CommandTable table = new CommandTable(console.in(directory).console());
        String[] line = new String[args.length + 1];
        line[0] = "build";
        System.arraycopy(args, 0, line, 1, args.length);
        CommandLine.ParseResult parsed =
                table.commandLine(globals, line).parseArgs(line).subcommand();
        UnsupportedBuildFlags.refuse(parsed);
        BuildCommand command = (BuildCommand) parsed.commandSpec().userObject();
        Invocation invocation = new Invocation(console.console(), globals, "jbuild build");
        try (EmptyContext empty = new EmptyContext()) {
            return new BuildRequests(invocation, command.options())
                    .request(command.context(), empty, new ByteArrayOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BuildRequest.NamedText given(BuildRequest request) {
        return ((BuildfileSource.Given) request.buildfile()).text();
    }

    @Test
    void flagsAreTakenInAnySpelling() throws JbuildException {
        BuildRequest request = request(
                "-t",
                "busybox",
                "--tag=localhost:5000/x:1",
                "--build-arg",
                "A=1=2",
                "--build-arg=B=",
                "--label",
                "k=v",
                "--label=bare",
                "--no-cache=true",
                "--pull=false",
                "--target",
                "prod",
                "--no-cache-filter=a,b",
                "--network=host",
                "--jobs",
                "3",
                "ctx");
        assertThat(request.tags())
                .containsExactly(ImageReference.parse("busybox:latest"), ImageReference.parse("localhost:5000/x:1"));
        assertThat(request.buildArgs()).isEqualTo(Map.of("A", "1=2", "B", ""));
        assertThat(request.labels()).isEqualTo(Map.of("k", "v", "bare", ""));
        assertThat(request.noCache()).isTrue();
        assertThat(request.pull()).isFalse();
        assertThat(request.target()).contains("prod");
        assertThat(request.noCacheFilter()).isEqualTo(Set.of("a", "b"));
        assertThat(request.network()).isEqualTo("host");
        assertThat(request.jobs()).isEqualTo(3);
        assertThat(request.context()).isEqualTo(new ContextSource.Directory(directory.resolve("ctx")));
        assertThat(request.buildfile()).isEqualTo(new BuildfileSource.InContext(Optional.empty()));
    }

    @Test
    void whatCountsOfAContextIsOneOfTwo() throws JbuildException {
        assertThat(request(".").contextSettings()).isEqualTo(new ContextSettings(false, ModePolicy.EXACT));
        assertThat(request("--mode-policy=git", "--verify-context", ".").contextSettings())
                .isEqualTo(new ContextSettings(true, ModePolicy.GIT));
        assertThatThrownBy(() -> request("--mode-policy=umask", "."))
                .isInstanceOf(UsageError.class)
                .hasMessageContaining("--mode-policy=umask is unknown");
    }

    @Test
    void argumentsWithoutValueComeFromTheEnvironment() throws JbuildException {
        console.env("FROM_ENV", "x").env("SOURCE_DATE_EPOCH", "1700000000");
        BuildRequest request = request("--build-arg", "FROM_ENV", "--build-arg=MISSING", ".");
        assertThat(request.buildArgs()).isEqualTo(Map.of("FROM_ENV", "x", "SOURCE_DATE_EPOCH", "1700000000"));
    }

    @Test
    void theBuildfileMayBeStandardInputOrAFile() throws JbuildException, IOException {
        console.input("FROM scratch\n");
        assertThat(given(request("-f", "-", ".")).text()).isEqualTo("FROM scratch\n");
        assertThat(request("-").context())
                .isInstanceOfSatisfying(
                        ContextSource.Directory.class,
                        context ->
                                assertThat(context.path()).hasParentRaw(Path.of(System.getProperty("java.io.tmpdir"))));
        Files.writeString(directory.resolve("other"), "FROM x\n");
        BuildRequest.NamedText text = given(request("-f", "other", "."));
        assertThat(text.name()).isEqualTo("other");
        assertThat(text.path()).contains(directory.resolve("other"));
        assertThatThrownBy(() -> request("-f", "none", "."))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("there is no Buildfile none");
    }

    @Test
    void contextsFromElsewhere() throws Exception {
        for (String address : List.of(
                "https://example.com/x.tar",
                "https://example.com/a.git#b",
                "git@example.com:a.git",
                "github.com/a/b")) {
            assertThat(request(address).context()).isEqualTo(new ContextSource.Remote(address));
        }
        assertThat(request("-f", "x/Buildfile", "https://example.com/x.tar").buildfile())
                .isEqualTo(new BuildfileSource.InContext(Optional.of("x/Buildfile")));
        assertThat(request("-f", "http://example.com/Buildfile", ".").buildfile())
                .isEqualTo(new BuildfileSource.Remote("http://example.com/Buildfile"));
        Files.writeString(directory.resolve("other"), "FROM x\n");
        String absolute = directory.resolve("other").toString();
        assertThat(given(request("-f", absolute, "https://example.com/x.tar")).text())
                .isEqualTo("FROM x\n");
        Files.createDirectories(directory.resolve("github.com/a"));
        assertThat(request("github.com/a").context())
                .isEqualTo(new ContextSource.Directory(directory.resolve("github.com/a")));
        assertThatThrownBy(() -> request("https://example.com/a.git?what=1")).hasMessageContaining("unexpected query");
    }

    @Test
    void namedContexts() throws Exception {
        BuildRequest request = request(
                "--build-context=alpine:latest=docker-image://busybox",
                "--build-context=a=dir",
                "--build-context=b=oci-layout://layout:1",
                "--build-context=c=git@example.com:a.git",
                "--build-context=d=https://example.com/x.tar",
                ".");
        assertThat(request.contexts())
                .isEqualTo(Map.of(
                        "alpine", "docker-image://busybox",
                        "a", directory.resolve("dir").toString(),
                        "b", "oci-layout:" + directory.resolve("layout:1"),
                        "c", "git@example.com:a.git",
                        "d", "https://example.com/x.tar"));
    }

    @Test
    void archivesOnStandardInput() throws Exception {
        for (String header : List.of("BZh9", "\u001f\u008b\b\0", "(\u00b5/\u00fd")) {
            console.input(header.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(request("-").context()).isInstanceOf(ContextSource.Archive.class);
        }
        byte[] tar = new byte[1024];
        tar[0] = 'x';
        System.arraycopy("000570".getBytes(StandardCharsets.ISO_8859_1), 0, tar, 148, 6);
        console.input(tar);
        BuildRequest request = request("-f", "x/Buildfile", "-");
        assertThat(((ContextSource.Archive) request.context()).content()).hasBinaryContent(tar);
        assertThat(request.buildfile()).isEqualTo(new BuildfileSource.InContext(Optional.of("x/Buildfile")));
        tar[1] = 'x';
        console.input(tar);
        assertThat(request("-").context()).isInstanceOf(ContextSource.Directory.class);
        assertThatThrownBy(() -> request("-f", "x", "-"))
                .isInstanceOf(UsageError.class)
                .hasMessageContaining("ambiguous Dockerfile source");
    }

    @Test
    void platformsAreAListAndMayBeRepeated() throws JbuildException {
        Platform host = Platform.ofJvm(System.getProperty("os.arch"));
        assertThat(request("--platform", "linux/arm64,windows(10.0.1)/amd64", "--platform=linux/arm", ".")
                        .platforms())
                .extracting(Platform::toString)
                .containsExactly("linux/arm64", "windows(10.0.1)/amd64", "linux/arm/v7");
        assertThat(request("--platform=local", ".").platforms()).containsExactly(host);
        assertThat(request(".").platforms()).isEmpty();
        assertThatThrownBy(() -> request("--platform", "linux/amd64,a/b/c/d", "."))
                .isInstanceOf(UsageError.class)
                .hasMessageContaining("--platform");
    }

    @Test
    void annotationsAreAttributesOfTheOutputs() throws JbuildException {
        assertThat(request("--annotation", "a=b", ".").outputs())
                .containsExactly(new Output("image", Map.of("annotation-manifest.a", "b")));
        assertThat(request("--annotation=index:a=b", "--annotation=c=d", "-o", "type=oci,dest=x", ".")
                        .outputs())
                .containsExactly(new Output(
                        "oci",
                        Map.of("dest", inDirectory("x"), "annotation-index.a", "b", "annotation-manifest.c", "d")));
        assertThatThrownBy(() -> request("--annotation", "a", ".")).hasMessageContaining("--annotation");
    }

    private String inDirectory(String name) {
        return directory.resolve(name).toString();
    }

    @Test
    void outputsAreCsv() throws JbuildException {
        assertThat(request("-o", "out", ".").outputs())
                .containsExactly(new Output("local", Map.of("dest", inDirectory("out"))));
        assertThat(request("-o", "-", ".").outputs()).containsExactly(new Output("tar", Map.of("dest", "-")));
        assertThat(request("-o", "type=oci,\"dest=a,b.tar\",compression=zstd", ".")
                        .outputs())
                .containsExactly(new Output("oci", Map.of("dest", inDirectory("a,b.tar"), "compression", "zstd")));
        assertThat(request("--push", "-t", "r.example/x", ".").outputs())
                .containsExactly(new Output("registry", Map.of()));
        assertThatThrownBy(() -> request("-o", "dest=x", ".")).isInstanceOf(UsageError.class);
        assertThatThrownBy(() -> request("--push", ".")).isInstanceOf(UsageError.class);
        console.terminals("1");
        assertThatThrownBy(() -> request("-o", "-", ".")).hasMessageContaining("terminal");
    }

    @Test
    void secretsComeFromFilesAndTheEnvironment() throws JbuildException, IOException {
        Path file = Files.writeString(directory.resolve("token"), "s");
        console.env("TOKEN", "t");
        assertThat(request("--secret", "id=a,src=token", "--secret=id=b,env=TOKEN", "--secret", "id=TOKEN", ".")
                        .secrets())
                .isEqualTo(
                        Map.of("a", new Secret.File(file), "b", new Secret.Value("t"), "TOKEN", new Secret.Value("t")));
        assertThatThrownBy(() -> request("--secret", "id=a,src=missing", ".")).isInstanceOf(UsageError.class);
        assertThatThrownBy(() -> request("--secret", "src=token", ".")).hasMessageContaining("has no id");
    }

    @Test
    void contextsAreNamed() throws JbuildException {
        BuildRequest request = request("--build-context", "a=sub", "--build-context=b=docker-image://x", ".");
        assertThat(request.contexts())
                .isEqualTo(Map.of("a", directory.resolve("sub").toString(), "b", "docker-image://x"));
    }

    @Test
    void hostsAreNormalised() throws JbuildException {
        assertThat(request("--add-host", "a:10.0.0.1", "--add-host=b=[::1]", ".")
                        .addHosts())
                .isEqualTo(List.of("a:10.0.0.1", "b:::1"));
        assertThatThrownBy(() -> request("--add-host", "a", ".")).isInstanceOf(UsageError.class);
    }

    @Test
    void whatIsNotCarriedOutIsRefused() {
        for (String flag : List.of("--policy=a", "--identity-label")) {
            assertThatThrownBy(() -> request(flag, "."))
                    .isInstanceOf(UsageError.class)
                    .hasMessageContaining(flag.replaceFirst("=.*", ""))
                    .hasMessageContaining("not supported yet");
        }
    }

    @Test
    void whatEveryRunHas() throws JbuildException {
        BuildRequest request = request(
                "--mount=type=tmpfs,target=/x", "-v", "/a/../b:/c", "--volume=/d:/e:ro", "-v=/f:/g:O,private", ".");
        assertThat(request.overrides().runMounts()).containsExactly("type=tmpfs,target=/x");
        assertThat(request.steps().volumes())
                .containsExactly(
                        new HostVolume(Path.of("/b"), "/c", HostVolume.Access.READ_WRITE),
                        new HostVolume(Path.of("/d"), "/e", HostVolume.Access.READ_ONLY),
                        new HostVolume(Path.of("/f"), "/g", HostVolume.Access.OVERLAY));
        for (String wrong : List.of("/a", "a:/b", "/a:b", "/a:/b:Z", "/a:/b:U", "/a:/b:ro:x", ":/b", "/a:")) {
            assertThatThrownBy(() -> request("--volume", wrong, "."))
                    .isInstanceOf(UsageError.class)
                    .hasMessageContaining("--volume " + wrong);
        }
    }

    @Test
    void isolationByNamespacesUnlessChrootIsAskedFor() throws JbuildException {
        assertThat(request(".").steps().isolation()).isEqualTo(Isolation.NAMESPACES);
        assertThat(request("--isolation=rootless", ".").steps().isolation()).isEqualTo(Isolation.NAMESPACES);
        assertThat(request("--isolation", "chroot", ".").steps().isolation()).isEqualTo(Isolation.CHROOT);
        assertThatThrownBy(() -> request("--isolation", "hyperv", "."))
                .isInstanceOf(UsageError.class)
                .hasMessageContaining("--isolation hyperv is unknown");
    }

    @Test
    void theFirstStageCanHaveAnotherBase() throws JbuildException {
        assertThat(request("--from", "busybox", ".").overrides().firstBase()).contains("busybox");
        assertThatThrownBy(() -> request("--from=A", ".")).isInstanceOf(UsageError.class);
    }

    @Test
    void sourcePoliciesOfTheFlagAndOfTheEnvironment() throws JbuildException, IOException {
        String rules = "{\"rules\": [{\"action\": \"DENY\", \"selector\": {\"identifier\": \"%s\"}}]}";
        Files.writeString(directory.resolve("a.json"), rules.formatted("a"));
        Files.writeString(directory.resolve("b.json"), rules.formatted("b"));
        assertThat(request(".").sourcePolicy().isEmpty()).isTrue();
        console.env("EXPERIMENTAL_BUILDKIT_SOURCE_POLICY", "a.json");
        assertThat(request(".").sourcePolicy().rules().get(0).selector().identifier())
                .isEqualTo("a");
        assertThat(request("--source-policy-file", "b.json", ".")
                        .sourcePolicy()
                        .rules()
                        .get(0)
                        .selector()
                        .identifier())
                .isEqualTo("b");
    }

    @Test
    void limitsAndPrivilegesOfSteps() throws JbuildException {
        StepSettings steps = request(
                        "-m=1g",
                        "--memory-swap=-1",
                        "--cpus=1.5",
                        "--cpuset-cpus=0-1",
                        "--pids-limit=50",
                        "--io-weight=20",
                        "--device-read-bps=/dev/sda:10m",
                        "--device-write-iops=disk:a:7",
                        "--shm-size=1m",
                        "--ulimit=nofile=1:-1",
                        "--cgroup-parent=/builds",
                        "--cap-add=NET_ADMIN",
                        "--dns=10.0.0.1",
                        "--allow=security.insecure,network.host",
                        "--ssh=k=key",
                        ".")
                .steps();
        Limits limits = steps.confinement().limits();
        assertThat(limits.memory()).hasValue(1 << 30);
        assertThat(limits.memorySwap()).hasValue(-1);
        assertThat(limits.cpuQuota()).hasValue(150_000);
        assertThat(limits.cpusetCpus()).hasValue("0-1");
        assertThat(limits.pids()).hasValue(50);
        assertThat(limits.io())
                .isEqualTo(new IoLimits(
                        OptionalLong.of(20),
                        List.of(
                                new IoLimits.Throttle(IoLimits.Kind.READ_BYTES, Path.of("/dev/sda"), 10 << 20),
                                new IoLimits.Throttle(
                                        IoLimits.Kind.WRITE_OPERATIONS, directory.resolve("disk:a"), 7))));
        assertThat(steps.confinement().sharedMemory()).hasValue(1 << 20);
        assertThat(steps.confinement().rlimits()).containsExactly(new Rlimit(Rlimit.Resource.NOFILE, 1, -1));
        assertThat(steps.confinement().cgroupParent()).hasValue("/builds");
        assertThat(steps.confinement().capabilities().mask()).isEqualTo(0xa80435fbL);
        assertThat(steps.nameServers().servers()).containsExactly("10.0.0.1");
        assertThat(steps.entitlements())
                .containsExactlyInAnyOrder(Entitlement.SECURITY_INSECURE, Entitlement.NETWORK_HOST);
        assertThat(steps.agents()).isEqualTo(Map.of("k", List.of(directory.resolve("key"))));
    }

    @Test
    void limitsByTheirNamesAlone() throws JbuildException {
        Limits limits = request(
                        "--resource=memory=64m",
                        "--resource=memory-swap=-1",
                        "--resource=cpu-quota=5",
                        "--resource=cpuset-mems=0",
                        ".")
                .steps()
                .confinement()
                .limits();
        assertThat(limits.memory()).hasValue(64 << 20);
        assertThat(limits.memorySwap()).hasValue(-1);
        assertThat(limits.cpuQuota()).hasValue(5);
        assertThat(limits.cpusetMems()).hasValue("0");
        for (String wrong : List.of("memory", "disk=1", "cpu-shares=many")) {
            assertThatThrownBy(() -> request("--resource=" + wrong, "."))
                    .isInstanceOf(UsageError.class)
                    .hasMessageContaining("--resource " + wrong);
        }
    }

    @Test
    void devicesAreAllowedAllOrByTheirNames() throws JbuildException {
        assertThat(request("--allow=network.host,device", ".").steps().deviceGrants())
                .isEqualTo(DeviceGrants.ALL);
        StepSettings steps = request("--allow", "device=a/b=c", "--allow=device=d/e,alias=f,security.insecure", ".")
                .steps();
        assertThat(steps.deviceGrants()).isEqualTo(new DeviceGrants(false, Set.of("a/b=c"), Map.of("f", "d/e")));
        assertThat(steps.entitlements()).containsExactly(Entitlement.SECURITY_INSECURE);
    }

    @Test
    void devicesForEveryRun() throws JbuildException {
        assertThat(request("--device=/dev/a", "--device=/dev/b:r", "--device=c:/dev/d:rw", "--device=e.f/g=h", ".")
                        .steps()
                        .devices())
                .isEqualTo(new DeviceRequests(
                        List.of("e.f/g=h"),
                        List.of(
                                new HostDevice(Path.of("/dev/a"), "/dev/a", "rwm"),
                                new HostDevice(Path.of("/dev/b"), "/dev/b", "r"),
                                new HostDevice(directory.resolve("c"), "/dev/d", "rw"))));
    }

    @Test
    void whoBuildsOnTheHostsNetworkAllowsIt() throws JbuildException {
        assertThat(request("--network=host", ".").steps().entitlements()).containsExactly(Entitlement.NETWORK_HOST);
        assertThat(request(".").steps()).isEqualTo(StepSettings.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--memory=much",
                "--memory-swap=1g",
                "--cpus=-1",
                "--cpuset-cpus=first",
                "--blkio-weight=9",
                "--device-read-bps=/dev/sda",
                "--device-read-bps=/dev/sda:fast",
                "--device-write-iops=/dev/sda:10m",
                "--device-write-iops=/dev/sda:0",
                "--ulimit=nofile",
                "--ulimit=flights=1",
                "--ulimit=nofile=2:1",
                "--cap-add=FLY",
                "--security-opt=label=x",
                "--allow=device=",
                "--allow=device=a,alias=",
                "--allow=alias=b",
                "--device=/dev/fuse:x",
                "--device=/dev/fuse:/dev/x:q",
                "--device=",
                "--allow=everything",
                "--ssh=default"
            })
    void nonsenseAboutStepsIsRefused(String flag) {
        assertThatThrownBy(() -> request(flag, ".")).isInstanceOf(UsageError.class);
    }

    @Test
    void whatIsSwitchedOffIsNotRefused() throws JbuildException {
        assertThat(request("--provenance=false", "--sbom=false", "--rm", "--force-rm", "--load", ".")
                        .outputs())
                .isEmpty();
    }
}
