package dev.jbuild.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DocumentsTest {
    private static final Digest DIGEST = new Digest("sha256", "ab".repeat(32));

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsUnknownInAConfigStays() throws Exception {
        RawJson origin = new RawJson(bytes("{'os':'linux','architecture':'amd64','other':[1],"
                + "'config':{'User':'a','StopTimeout':7,'Cmd':['x'],'Volumes':null}}"));
        ImageConfig config = ImageConfig.parse(origin.bytes());
        ContainerConfig changed =
                config.config().toBuilder().user("b").cmd(Optional.empty()).build();

        RawJson json = new ImageConfig(
                        config.platform(),
                        config.created(),
                        config.author(),
                        changed,
                        config.diffIds(),
                        config.history())
                .toJson(origin);

        assertThat(json.toString())
                .contains("\"other\":[1]")
                .contains("\"config\":{\"StopTimeout\":7,\"Volumes\":null,\"User\":\"b\"}");
    }

    @Test
    void numbersThatCannotBeWrittenAgainAreRefused() throws Exception {
        String config = "{\"os\":\"linux\",\"architecture\":\"amd64\",\"more\":[{\"number\":1e%d}]}";
        ImageConfig.parse(config.formatted(300).getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> ImageConfig.parse(config.formatted(400).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedDocument.class)
                .hasMessageContaining("a number that is too large");
    }

    @Test
    void configRoundTrip() throws Exception {
        ContainerConfig container = new ContainerConfig.Builder()
                .user("www")
                .expose("80/tcp")
                .env("PATH", "/bin")
                .env("A", "1=2")
                .env("PATH", "/usr/bin")
                .entrypoint(Optional.of(List.of()))
                .cmd(Optional.of(List.of("sh", "-c", "true")))
                .volume("/data")
                .workingDir("/srv")
                .label("b", "2")
                .label("a", "<1>")
                .stopSignal("SIGINT")
                .healthcheck(Optional.of(new Healthcheck(
                        List.of("CMD", "true"),
                        Duration.ofSeconds(3),
                        Duration.ZERO,
                        Duration.ofMillis(1),
                        Duration.ofNanos(5),
                        7)))
                .onBuild("RUN make")
                .shell(List.of("/bin/bash", "-c"))
                .argsEscaped(true)
                .build();
        ImageConfig config = new ImageConfig(
                new Platform("linux", "arm", "v7", "1.2"),
                Optional.of(Instant.parse("2024-01-02T03:04:05.123400Z")),
                "me",
                container,
                List.of(new DiffId(DIGEST)),
                List.of(
                        new History(Optional.of(Instant.EPOCH), "FROM x", "", "", false),
                        new History(Optional.empty(), "CMD y", "note", "me", true)));

        assertThat(ImageConfig.parse(config.toJson().bytes())).isEqualTo(config);
        assertThat(config.toJson().toString())
                .contains("\"created\":\"2024-01-02T03:04:05.1234Z\"")
                .contains("\"Env\":[\"PATH=/usr/bin\",\"A=1=2\"]")
                .contains("\"Entrypoint\":[]");
    }

    @Test
    void anEmptyConfigSaysWhatTheSpecificationRequires() {
        assertThat(ImageConfig.empty(new Platform("linux", "amd64")).toJson())
                .hasToString("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},"
                        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]},\"history\":[]}");
    }

    @Test
    void configWithNullsIsReadAsWithout() throws Exception {
        ImageConfig config = ImageConfig.parse(bytes("{'os':'linux','architecture':'amd64','history':null,"
                + "'config':{'Env':null,'Cmd':null,'Labels':null,'Volumes':null,'OnBuild':null,'Healthcheck':null}}"));
        assertThat(config).isEqualTo(ImageConfig.empty(new Platform("linux", "amd64")));
    }

    @Test
    void timesWithAnOffsetAreRead() throws Exception {
        ImageConfig config =
                ImageConfig.parse(bytes("{'os':'linux','architecture':'amd64','created':'2024-01-01T02:00:00+02:00'}"));
        assertThat(config.created()).hasValue(Instant.parse("2024-01-01T00:00:00Z"));
    }

    @Test
    void malformedConfigs() {
        assertThatThrownBy(() -> ImageConfig.parse(bytes("[]"))).hasMessage("image configuration: not a JSON object");
        assertThatThrownBy(() -> ImageConfig.parse(bytes("{'created':'soon'}")))
                .hasMessage("image configuration: \"soon\" is not a time");
        assertThatThrownBy(() -> ImageConfig.parse(bytes("{'rootfs':{'diff_ids':['sha256:x']}}")))
                .isInstanceOf(MalformedDocument.class);
        assertThatThrownBy(() -> ImageConfig.parse(bytes("{'os':'linux','os':'windows'}")))
                .isInstanceOf(MalformedDocument.class);
    }

    @Test
    void manifestKeepsItsBytes() throws Exception {
        byte[] json = bytes("{ 'schemaVersion': 2, 'x-unknown': [1.50], 'config': {'mediaType':'c','digest':'" + DIGEST
                + "','size':3,'urls':['u']}, 'layers': [ {'mediaType':'l','digest':'" + DIGEST + "','size':4} ]}\n");
        Manifest manifest = Manifest.parse(json, MediaTypes.OCI_MANIFEST);

        assertThat(manifest.raw().bytes()).isEqualTo(json);
        assertThat(manifest.descriptor())
                .isEqualTo(new Descriptor(MediaTypes.OCI_MANIFEST, Digest.sha256(json), json.length));
        assertThat(manifest.config()).isEqualTo(new Descriptor("c", DIGEST, 3));
        assertThat(manifest.layers()).containsExactly(new Descriptor("l", DIGEST, 4));
    }

    @Test
    void manifestRoundTrip() throws Exception {
        Manifest manifest = Manifest.of(
                MediaTypes.OCI_MANIFEST,
                new Descriptor(MediaTypes.OCI_CONFIG, DIGEST, 1),
                List.of(new Descriptor(MediaTypes.OCI_LAYER_GZIP, DIGEST, 2).withAnnotation("k", "v")),
                Map.of("b", "2", "a", "1"));
        assertThat(Manifest.parse(manifest.raw().bytes(), "")).isEqualTo(manifest);
        assertThat(manifest.raw().toString()).endsWith("\"annotations\":{\"a\":\"1\",\"b\":\"2\"}}");
    }

    @Test
    void malformedManifests() {
        assertThatThrownBy(() -> Manifest.parse(bytes("{'manifests':[]}"), ""))
                .hasMessage("image manifest: it has a list of manifests, as an index does");
        assertThatThrownBy(() -> Manifest.parse(bytes("{'layers':[]}"), ""))
                .hasMessage("image manifest: config: no valid size");
        assertThatThrownBy(() ->
                        Manifest.parse(bytes("{'layers':[],'config':{'digest':'" + DIGEST + "','size':1.5}}"), ""))
                .hasMessage("image manifest: config: no valid size");
        assertThatThrownBy(() -> Manifest.parse(bytes("{'layers':[],'config':{'size':1,'digest':'../x'}}"), ""))
                .hasMessageStartingWith("image manifest: config: not a digest");
    }

    @Test
    void indexRoundTripAndChoice() throws Exception {
        Descriptor amd = manifest("linux/amd64", 1);
        Descriptor arm6 = manifest("linux/arm/v6", 2);
        Descriptor arm7 = manifest("linux/arm/v7", 3);
        Descriptor attestation = manifest("unknown/unknown", 4);
        ImageIndex index = ImageIndex.of(MediaTypes.OCI_INDEX, List.of(attestation, amd, arm6, arm7), Map.of("k", "v"));

        ImageIndex parsed = ImageIndex.parse(index.raw().bytes(), "");
        assertThat(parsed).isEqualTo(index);
        assertThat(parsed.manifestFor(platform("linux/amd64/v2"))).hasValue(amd);
        assertThat(parsed.manifestFor(platform("linux/arm/v6"))).hasValue(arm6);
        assertThat(parsed.manifestFor(platform("linux/arm"))).hasValue(arm7);
        assertThat(parsed.manifestFor(platform("linux/s390x"))).isEmpty();
    }

    @Test
    void whatIsSaidToBeTheOtherIsRefused() {
        String config = "'config':{'digest':'" + DIGEST + "','size':1}";
        assertThatThrownBy(() -> Manifest.parse(
                        bytes("{'mediaType':'" + MediaTypes.OCI_INDEX + "','layers':[]," + config + "}"), ""))
                .hasMessageContaining("is that of an index");
        assertThatThrownBy(() ->
                        ImageIndex.parse(bytes("{'mediaType':'" + MediaTypes.OCI_MANIFEST + "','manifests':[]}"), ""))
                .hasMessageContaining("is that of a manifest");
    }

    @Test
    void nothingMayStandBeforeOrAfterADocument() {
        assertThatThrownBy(() -> ImageIndex.parse(bytes("{'manifests':[]} {}"), ""))
                .hasMessageContaining("not JSON");
        assertThatThrownBy(() -> ImageIndex.parse(bytes("\ufeff{'manifests':[]}"), ""))
                .hasMessageContaining("byte order mark");
    }

    @Test
    void malformedIndexes() {
        assertThatThrownBy(() -> ImageIndex.parse(bytes("{}"), "")).hasMessage("image index: no list of manifests");
        assertThatThrownBy(() -> ImageIndex.parse(bytes("{'manifests':[],'layers':[]}"), ""))
                .hasMessageContaining("as an image manifest does");
        assertThatThrownBy(() -> ImageIndex.parse(bytes("not json"), "")).hasMessageContaining("not JSON");
    }

    private static Descriptor manifest(String platform, long size) {
        return new Descriptor(MediaTypes.OCI_MANIFEST, DIGEST, size).withPlatform(platform(platform));
    }

    private static Platform platform(String text) {
        return Platform.parse(text, new Platform("linux", "amd64"));
    }
}
