package dev.jbuild.graph;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.Healthcheck;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The base images of the shared cases, as far as their configurations go. */
final class SharedBases implements Bases {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    @Override
    public Base resolve(ImageReference reference, Platform platform) {
        return Graphs.Images.base(reference, platform, config(reference.path()));
    }

    private static ContainerConfig config(String path) {
        ContainerConfig.Builder builder = new ContainerConfig.Builder().env("PATH", PATH);
        if (path.endsWith("rich")) {
            return rich(builder);
        }
        String shell = path.contains("alpine") || path.contains("testimage")
                ? "/bin/sh"
                : path.contains("busybox") ? "sh" : "/bin/bash";
        return builder.cmd(Optional.of(List.of(shell))).build();
    }

    private static ContainerConfig rich(ContainerConfig.Builder builder) {
        return builder.env("BASE_VAR", "base")
                .env("SHARED", "from-base")
                .env("QUOTED", "a \"b\" c")
                .cmd(Optional.of(List.of("base-cmd", "arg")))
                .entrypoint(Optional.of(List.of("/bin/sh", "-c")))
                .user("daemon:bin")
                .workingDir("/srv/app")
                .label("base.label", "1")
                .label("shared.label", "base")
                .expose("80/tcp")
                .expose("53/udp")
                .volume("/data")
                .stopSignal("SIGQUIT")
                .healthcheck(Optional.of(new Healthcheck(
                        List.of("CMD-SHELL", "true"),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(5),
                        Duration.ZERO,
                        Duration.ZERO,
                        2)))
                .build();
    }

    @Override
    public Optional<NamedContext> named(String name, Platform platform) {
        return Optional.empty();
    }
}
