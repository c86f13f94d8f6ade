package dev.jbuild.containers;

import dev.jbuild.sandbox.ContainerGroups;
import dev.jbuild.sandbox.ContainerReport.Running;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What a container was started with; it never changes.
 *
 * @param directory where all of it is
 * @param image as it was asked for
 * @param imageId the digest of the image's configuration
 * @param manifest the digest of the image's manifest
 * @param args the program and its arguments
 * @param user as it was asked for, or as the image says; empty for root
 * @param remove whether it goes when it has ended
 * @param stopSignal what asks the command to end
 * @param boot which boot of the machine it was started in
 * @param creator the process that started it
 */
public record Container(
        String id,
        String name,
        Path directory,
        String image,
        String imageId,
        String manifest,
        String platform,
        Instant created,
        List<String> args,
        List<String> env,
        String cwd,
        String user,
        String hostname,
        String network,
        boolean terminal,
        boolean interactive,
        boolean remove,
        int stopSignal,
        ContainerGroups groups,
        String boot,
        Running creator) {
    private static final int SHORT = 12;

    public Container {
        args = List.copyOf(args);
        env = List.copyOf(env);
    }

    /** The ID as lists show it. */
    public String shortId() {
        return id.substring(0, SHORT);
    }

    /** The changed files of its root. */
    public Path upper() {
        return directory.resolve("upper");
    }
}
