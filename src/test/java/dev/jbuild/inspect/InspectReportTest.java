package dev.jbuild.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.Platform;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InspectReportTest {
    private static final Digest ID = new Digest("sha256", "1".repeat(64));
    private static final Instant TIME = Instant.parse("2026-11-24T10:00:00Z");

    private static ImageFacts facts() {
        ContainerConfig config = new ContainerConfig.Builder()
                .env("PATH", "/bin")
                .cmd(Optional.of(List.of("sh")))
                .label("a", "b")
                .build();
        ImageConfig image = new ImageConfig(
                new Platform("linux", "amd64"),
                Optional.of(TIME),
                "me",
                config,
                List.of(new DiffId(new Digest("sha256", "2".repeat(64)))),
                List.of(
                        new History(Optional.of(TIME), "ADD rootfs / # buildkit", "buildkit", "", false),
                        new History(Optional.of(TIME), "CMD [\"sh\"]", "buildkit", "", true)));
        Descriptor target = new Descriptor(MediaTypes.OCI_MANIFEST, new Digest("sha256", "3".repeat(64)), 400);
        return new ImageFacts(
                ID,
                target,
                image,
                List.of(ImageReference.parse("busybox"), ImageReference.parse("localhost:5000/b:1")),
                List.of(1234L),
                Optional.of(TIME));
    }

    @Test
    void theShapeIsDockers() {
        assertThat(InspectReport.of(List.of(facts()))).isEqualTo("""
                        [
                            {
                                "Id": "sha256:1111111111111111111111111111111111111111111111111111111111111111",
                                "RepoTags": [
                                    "busybox:latest",
                                    "localhost:5000/b:1"
                                ],
                                "RepoDigests": [
                                    "busybox@sha256:3333333333333333333333333333333333333333333333333333333333333333",
                                    "localhost:5000/b@sha256:3333333333333333333333333333333333333333333333333333333333333333"
                                ],
                                "Parent": "",
                                "Comment": "buildkit",
                                "Created": "2026-11-24T10:00:00Z",
                                "DockerVersion": "",
                                "Author": "me",
                                "Config": {
                                    "Env": [
                                        "PATH=/bin"
                                    ],
                                    "Cmd": [
                                        "sh"
                                    ],
                                    "Labels": {
                                        "a": "b"
                                    },
                                    "Volumes": null,
                                    "Entrypoint": null,
                                    "OnBuild": null,
                                    "User": "",
                                    "WorkingDir": ""
                                },
                                "Architecture": "amd64",
                                "Os": "linux",
                                "Size": 1234,
                                "RootFS": {
                                    "Type": "layers",
                                    "Layers": [
                                        "sha256:2222222222222222222222222222222222222222222222222222222222222222"
                                    ]
                                },
                                "Metadata": {
                                    "LastTagTime": "2026-11-24T10:00:00Z"
                                },
                                "Descriptor": {
                                    "mediaType": "application/vnd.oci.image.manifest.v1+json",
                                    "digest": "sha256:3333333333333333333333333333333333333333333333333333333333333333",
                                    "size": 400
                                }
                            }
                        ]""");
    }

    @Test
    void noImagesAreAnEmptyArray() {
        assertThat(InspectReport.of(List.of())).isEqualTo("[]");
    }

    @Test
    void templatesPickFields() {
        assertThat(InspectReport.format(facts(), "{{.Id}} {{json .Config.Cmd}} {{.Config.Env}}"))
                .isEqualTo(ID + " [\"sh\"] [PATH=/bin]");
        assertThat(InspectReport.format(facts(), "{{index .Config.Labels \"a\"}}{{index .RepoTags 1}}"))
                .isEqualTo("blocalhost:5000/b:1");
        assertThat(InspectReport.format(facts(), "{{json .}}")).startsWith("{\"Id\":");
        assertThatThrownBy(() -> InspectReport.format(facts(), "{{.Nope}}")).hasMessageContaining(".Nope");
        assertThatThrownBy(() -> InspectReport.format(facts(), "{{range .Env}}"))
                .hasMessageContaining("range");
    }

    @Test
    void historyIsNewestFirstWithTheSizesOfLayers() {
        assertThat(HistoryReport.of(facts()))
                .containsExactly(
                        new HistoryReport.Line(ID.toString(), Optional.of(TIME), "CMD [\"sh\"]", 0, "buildkit"),
                        new HistoryReport.Line(
                                "<missing>", Optional.of(TIME), "ADD rootfs / # buildkit", 1234, "buildkit"));
    }
}
