package dev.jbuild.engine;

import dev.jbuild.containers.Container;
import dev.jbuild.containers.ContainerState;
import dev.jbuild.containers.Containers;
import dev.jbuild.image.ImageLibrary;
import dev.jbuild.image.LocalImage;
import dev.jbuild.image.TransferProgress;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.sandbox.Background;
import dev.jbuild.sandbox.ExecSpec;
import dev.jbuild.sandbox.RunResult;
import dev.jbuild.sandbox.Sandbox;
import dev.jbuild.solver.StackTree;
import dev.jbuild.solver.UserLookup;
import dev.jbuild.store.Lease;
import dev.jbuild.store.Store;
import java.util.List;

/** Runs one more process in a container that is running. */
final class ContainerExec {
    private final Store store;
    private final ImageLibrary images;
    private final Containers containers;
    private final Background background;

    ContainerExec(Store store, ImageLibrary images, Containers containers, Background background) {
        this.store = store;
        this.images = images;
        this.containers = containers;
        this.background = background;
    }

    int run(Container container, ExecRequest request, Sandbox.Output output, Cancellation cancellation)
            throws JbuildException {
        ContainerState state = containers.state(container);
        if (!state.isRunning()) {
            throw new UserError("the container " + container.name() + " is not running", "see: jbuild ps -a");
        }
        if (state.status() == ContainerState.Status.PAUSED) {
            throw new UserError(
                    "the container " + container.name() + " is paused",
                    "let it go on: jbuild unpause " + container.name());
        }
        UserLookup.User user = user(container, request, cancellation);
        ExecSpec spec = new ExecSpec(
                request.command(),
                environment(container, request, user),
                request.cwd().orElse(container.cwd()),
                user.uid(),
                user.gid(),
                user.groups(),
                request.terminal(),
                request.interactive(),
                request.background());
        RunResult result = background.exec(container.directory(), spec, output, cancellation);
        ContainerRun.tell(result, output);
        return result.status();
    }

    private UserLookup.User user(Container container, ExecRequest request, Cancellation cancellation)
            throws JbuildException {
        Lease lease = store.lease();
        try {
            LocalImage image = images.read(Digest.parse(container.manifest()));
            StackTree tree = new StackTree(images.unpack(image, TransferProgress.NONE, cancellation));
            return UserLookup.find(request.user().orElse(container.user()), new ChangedTree(tree, container.upper()));
        } finally {
            lease.close();
        }
    }

    private static List<String> environment(Container container, ExecRequest request, UserLookup.User user) {
        ContainerConfig.Builder merged = new ContainerConfig.Builder();
        container.env().forEach(entry -> ContainerRun.put(merged, entry));
        if (request.user().isPresent()) {
            merged.env("HOME", user.home());
        }
        if (request.terminal()) {
            merged.env("TERM", "xterm");
        }
        request.env().forEach(entry -> ContainerRun.put(merged, entry));
        return merged.build().env();
    }
}
