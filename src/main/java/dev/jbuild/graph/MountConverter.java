package dev.jbuild.graph;

import dev.jbuild.buildfile.Mount;
import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns the mounts of one RUN into what the sandbox is told, and gathers the inputs that they refer to. */
final class MountConverter {
    private static final int NO_INPUT = -1;
    private static final int CACHE_MODE = 0755;
    private static final int SECRET_MODE = 0400;
    /** Where BuildKit makes the root directory of a cache that is to have permissions of its own. */
    private static final String OWN_DIRECTORY = "/cache";

    private static final int SSH_MODE = 0600;
    private static final String SSH_SOCKETS = "/run/buildkit/ssh_agent.";

    private final StageState stage;
    private final Command command;
    private final String cacheNamespace;
    private final List<Vertex> inputs;
    private final List<RunMount> mounts = new ArrayList<>();
    private int agents;

    /** @param cacheNamespace keeps the caches of different tenants apart */
    MountConverter(StageState stage, Command command, String cacheNamespace) {
        this.stage = stage;
        this.command = command;
        this.cacheNamespace = cacheNamespace;
        this.inputs = new ArrayList<>(stage.treeAsInput());
    }

    List<Vertex> inputs() {
        return inputs;
    }

    List<RunMount> converted() {
        return mounts;
    }

    void add(RunMount mount) {
        mounts.add(mount);
    }

    void add(Mount mount, VertexPool pool) throws UserError {
        switch (mount.type()) {
            case SECRET -> mounts.add(secret(mount));
            case SSH -> mounts.add(ssh(mount));
            case TMPFS ->
                mounts.add(new RunMount.Tmpfs(
                        target(mount),
                        mount.sizeLimit() == 0 ? Optional.empty() : Optional.of(mount.sizeLimit()),
                        mount.readOnly()));
            case CACHE -> mounts.add(cache(mount, pool));
            case BIND ->
                mounts.add(new RunMount.Bind(input(mount, pool), source(mount), target(mount), mount.readOnly()));
        }
    }

    private static RunMount secret(Mount mount) {
        String id = mount.source().isEmpty() ? mount.id() : mount.source();
        if (id.isEmpty()) {
            id = ContainerPaths.base(mount.target());
        }
        String target = mount.target();
        if (target.isEmpty() && mount.env().isEmpty()) {
            target = "/run/secrets/" + ContainerPaths.base(id);
        }
        String fallback = id;
        return new RunMount.Secret(
                id,
                target.isEmpty() ? "" : ContainerPaths.join("/", target),
                mount.env().map(name -> name.isEmpty() ? fallback : name),
                mount.required(),
                (int) mount.mode().orElse(SECRET_MODE),
                mount.uid().orElse(0),
                mount.gid().orElse(0));
    }

    private RunMount ssh(Mount mount) throws UserError {
        if (!mount.source().isEmpty()) {
            throw new UserError("ssh does not support source");
        }
        String target = mount.target().isEmpty() ? SSH_SOCKETS + agents : ContainerPaths.join("/", mount.target());
        agents++;
        return new RunMount.Ssh(
                mount.id().isEmpty() ? "default" : mount.id(),
                target,
                mount.required(),
                (int) mount.mode().orElse(SSH_MODE),
                mount.uid().orElse(0),
                mount.gid().orElse(0));
    }

    private RunMount cache(Mount mount, VertexPool pool) throws UserError {
        boolean permissions = mount.source().isEmpty()
                && (mount.mode().isPresent()
                        || mount.uid().isPresent()
                        || mount.gid().isPresent());
        String id = mount.id().isEmpty() ? ContainerPaths.clean(mount.target()) : mount.id();
        return new RunMount.Cache(
                mount.from().isEmpty() ? NO_INPUT : input(mount, pool),
                permissions ? OWN_DIRECTORY : source(mount),
                target(mount),
                cacheNamespace + "/" + id,
                mount.sharing()
                        .map(sharing -> RunMount.Sharing.valueOf(sharing.name()))
                        .orElse(RunMount.Sharing.SHARED),
                mount.readOnly(),
                permissions ? Optional.of(permissions(mount)) : Optional.empty());
    }

    private static RunMount.Permissions permissions(Mount mount) {
        return new RunMount.Permissions(
                (int) mount.mode().orElse(CACHE_MODE),
                mount.uid().orElse(0),
                mount.gid().orElse(0));
    }

    private static String source(Mount mount) {
        return ContainerPaths.join("/", mount.source());
    }

    private String target(Mount mount) throws UserError {
        String target = ContainerPaths.isAbsolute(mount.target())
                ? ContainerPaths.clean(mount.target())
                : ContainerPaths.join("/", stage.directory(), mount.target());
        if (target.equals("/")) {
            throw new UserError("invalid mount target \"/\"");
        }
        return target;
    }

    private int input(Mount mount, VertexPool pool) throws UserError {
        if (mount.from().isEmpty()) {
            return position(pool.buildContext());
        }
        StageState from = command.sources().get(mount.from());
        if (from == null || !from.dispatched) {
            throw new UserError("cannot mount from stage " + GoFormat.quote(mount.from()) + " to "
                    + GoFormat.quote(mount.target()) + ", stage needs to be defined before current command");
        }
        return from.files.or(() -> from.tree).map(this::position).orElse(NO_INPUT);
    }

    private int position(Vertex vertex) {
        int known = inputs.indexOf(vertex);
        if (known >= 0) {
            return known;
        }
        inputs.add(vertex);
        return inputs.size() - 1;
    }
}
