package dev.jbuild.graph;

import dev.jbuild.buildfile.Mount;
import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns the mounts of one RUN into what the sandbox is told, and gathers the inputs that they refer to. */
final class MountConverter {
    private static final int NO_INPUT = -1;
    private static final int CACHE_MODE = 0755;
    private static final int SECRET_MODE = 0400;

    private final StageState stage;
    private final Command command;
    private final SourceExcerpt where;
    private final List<Vertex> inputs;
    private final List<RunMount> mounts = new ArrayList<>();

    MountConverter(StageState stage, Command command, SourceExcerpt where) {
        this.stage = stage;
        this.command = command;
        this.where = where;
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
            case SSH -> throw NotYet.refuse("RUN --mount=type=ssh", where);
            case TMPFS ->
                mounts.add(new RunMount.Tmpfs(
                        target(mount), mount.sizeLimit() == 0 ? Optional.empty() : Optional.of(mount.sizeLimit())));
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

    private RunMount cache(Mount mount, VertexPool pool) throws UserError {
        return new RunMount.Cache(
                mount.from().isEmpty() ? NO_INPUT : input(mount, pool),
                source(mount),
                target(mount),
                mount.id().isEmpty() ? ContainerPaths.clean(mount.target()) : mount.id(),
                mount.sharing()
                        .map(sharing -> RunMount.Sharing.valueOf(sharing.name()))
                        .orElse(RunMount.Sharing.SHARED),
                mount.readOnly(),
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
