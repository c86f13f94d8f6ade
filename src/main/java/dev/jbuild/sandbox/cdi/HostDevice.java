package dev.jbuild.sandbox.cdi;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.UserError;
import dev.jbuild.sandbox.HostNode;
import dev.jbuild.sandbox.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A device that the command line names by its path, or a directory of such.
 *
 * @param source on this machine
 * @param target in the container
 * @param access any of {@code rwm}
 */
public record HostDevice(Path source, String target, String access) {
    @Override
    public String toString() {
        return source + ":" + target + ":" + access;
    }

    /** As docker has it, symlinks are followed, and owner and mode are those on this machine. */
    List<Mount.Device> mounts() throws UserError, EnvironmentError {
        try {
            Path real = source.toRealPath();
            return Files.isDirectory(real) ? all(real) : List.of(mount(real, target));
        } catch (IOException e) {
            throw new UserError("--device " + source + ": there is no such device on this machine", e);
        }
    }

    private List<Mount.Device> all(Path directory) throws IOException, UserError, EnvironmentError {
        List<Mount.Device> mounts = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted().toList()) {
                if (HostNode.find(path).isPresent()) {
                    mounts.add(mount(path, target + "/" + directory.relativize(path)));
                }
            }
        }
        if (mounts.isEmpty()) {
            throw new UserError("--device " + source + ": there is no device in this directory");
        }
        return mounts;
    }

    private Mount.Device mount(Path path, String at) throws UserError, EnvironmentError {
        HostNode node = HostNode.find(path)
                .orElseThrow(() -> new UserError(
                        "--device " + source + " is no device", "files and directories are shown with --volume"));
        return new Mount.Device(
                Optional.of(path), at, node.device(), node.permissions(), node.uid(), node.gid(), access);
    }
}
