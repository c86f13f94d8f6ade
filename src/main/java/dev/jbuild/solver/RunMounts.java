package dev.jbuild.solver;

import dev.jbuild.builds.FileListing.ListedFile;
import dev.jbuild.builds.SceneMount;
import dev.jbuild.context.SourceTree;
import dev.jbuild.graph.RunMount;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.sandbox.Mount;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.Squasher;
import dev.jbuild.solver.caches.CacheMounts;
import dev.jbuild.solver.ssh.AgentSocket;
import dev.jbuild.solver.ssh.SshAgent;
import dev.jbuild.store.LayerStore.WorkArea;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The {@code --mount}s of one RUN: what they add to its key, and how they are made ready for it. */
final class RunMounts {
    private final List<RunMount> mounts;
    private final List<StepResult> inputs;
    private final boolean ignoreCache;
    private final StepTools tools;
    private boolean asKeyed = true;

    /** @param ignoreCache whether the step is to find nothing that earlier builds left */
    RunMounts(List<RunMount> mounts, List<StepResult> inputs, boolean ignoreCache, StepTools tools) {
        this.mounts = mounts;
        this.ignoreCache = ignoreCache;
        this.inputs = inputs;
        this.tools = tools;
    }

    /** Mounts that are ready, with what has to be closed after the step. */
    record Prepared(
            List<Mount> mounts,
            List<SceneMount> scene,
            List<String> env,
            Map<String, Path> caches,
            Deque<AutoCloseable> resources)
            implements AutoCloseable {
        Prepared() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new TreeMap<>(), new ArrayDeque<>());
        }

        @Override
        public void close() throws JbuildException {
            while (!resources.isEmpty()) {
                try {
                    resources.pop().close();
                } catch (JbuildException e) {
                    throw e;
                } catch (Exception e) {
                    throw new EnvironmentError("cleaning up after a step failed: " + e.getMessage(), e);
                }
            }
        }
    }

    /** What the mounts add to the step's key: all that can change its result, and so no secret's value. */
    List<String> keys() throws JbuildException {
        List<String> keys = new ArrayList<>(new VolumeMounts(tools).keys());
        for (RunMount mount : mounts) {
            keys.add(key(mount));
        }
        return keys;
    }

    private String key(RunMount mount) throws JbuildException {
        if (mount instanceof RunMount.Bind bind) {
            String source = bind.input() < 0
                    ? "none"
                    : SourceDigest.of(tree(bind.input()), RawPath.of(bind.source()))
                            .toString();
            return "bind " + bind.target() + " " + (bind.readOnly() ? "ro " : "rw ") + source;
        }
        if (mount instanceof RunMount.Cache cache) {
            // As BuildKit has it: another cache doesn't make another result.
            String source = cache.input() < 0
                    ? "none"
                    : SourceDigest.of(tree(cache.input()), RawPath.of(cache.source()))
                            .toString();
            return "cache " + cache.target() + " " + (cache.readOnly() ? "ro " : "rw ") + source;
        }
        return mount.toString();
    }

    /** Digests of what bind mounts show, with the times of its files. */
    List<String> times() throws JbuildException {
        List<String> times = new ArrayList<>();
        for (RunMount mount : mounts) {
            if (mount instanceof RunMount.Bind bind && bind.input() >= 0) {
                times.add(SourceDigest.withTimes(tree(bind.input()), RawPath.of(bind.source()))
                        .toString());
            }
        }
        return times;
    }

    /** What bind mounts show, under the paths that they have in the step. */
    List<ListedFile> files() throws JbuildException {
        List<ListedFile> files = new ArrayList<>();
        for (RunMount mount : mounts) {
            if (mount instanceof RunMount.Bind bind && bind.input() >= 0) {
                files.addAll(SourceDigest.list(tree(bind.input()), RawPath.of(bind.source()), bind.target()));
            }
        }
        return files;
    }

    private SourceTree tree(int input) throws JbuildException {
        StepResult result = inputs.get(input);
        return result instanceof StepResult.Root root
                ? new StackTree(root.stack())
                : ((StepResult.Files) result).tree();
    }

    /** Makes the mounts ready; close the result when the step has ended. */
    Prepared prepare(Cancellation cancellation) throws JbuildException {
        Prepared prepared = new Prepared();
        try {
            acquireCaches(prepared, cancellation);
            new VolumeMounts(tools).prepare(prepared);
            for (RunMount mount : mounts) {
                prepare(mount, prepared, cancellation);
            }
            return prepared;
        } catch (IOException e) {
            prepared.close();
            throw new EnvironmentError("a mount of the step can't be made ready: " + e.getMessage(), e);
        } catch (JbuildException | RuntimeException e) {
            prepared.close();
            throw e;
        }
    }

    /**
     * Each cache once, whatever the number of its mounts, and always in the same order: so a step never waits for itself,
     * nor two steps for each other.
     */
    private void acquireCaches(Prepared prepared, Cancellation cancellation) throws JbuildException {
        Map<String, CacheMounts.Use> uses = new TreeMap<>();
        for (RunMount mount : mounts) {
            if (mount instanceof RunMount.Cache cache) {
                CacheMounts.Use use = use(cache);
                uses.putIfAbsent(use.name(), use);
            }
        }
        for (Map.Entry<String, CacheMounts.Use> use : uses.entrySet()) {
            CacheMounts.Held held = tools.cacheMounts().acquire(use.getValue(), cancellation);
            prepared.resources.push(held);
            prepared.caches.put(use.getKey(), held.path());
        }
    }

    private void prepare(RunMount mount, Prepared prepared, Cancellation cancellation)
            throws JbuildException, IOException {
        if (mount instanceof RunMount.Bind bind) {
            prepared.mounts.add(overlay(bind, prepared, cancellation));
        } else if (mount instanceof RunMount.Tmpfs tmpfs) {
            OptionalLong bytes = tmpfs.sizeBytes().map(OptionalLong::of).orElse(OptionalLong.empty());
            prepared.scene.add(new SceneMount.Memory(tmpfs.target(), bytes, tmpfs.readOnly()));
            prepared.mounts.add(new Mount.Tmpfs(tmpfs.target(), tmpfs.sizeBytes(), 01777, tmpfs.readOnly()));
        } else if (mount instanceof RunMount.Cache cache) {
            Path directory =
                    Objects.requireNonNull(prepared.caches.get(use(cache).name()));
            prepared.mounts.add(new Mount.Bind(directory, cache.target(), cache.readOnly()));
            prepared.scene.add(new SceneMount.Host(cache.target(), directory, cache.readOnly()));
        } else if (mount instanceof RunMount.Secret secret) {
            secret(secret, prepared);
            String where = secret.env().map(name -> "$" + name).orElse(secret.target());
            prepared.scene.add(new SceneMount.Unkept(where, "the secret " + secret.id()));
        } else if (mount instanceof RunMount.Inline inline) {
            ByteBuffer content = StandardCharsets.UTF_8.encode(inline.content());
            prepared.mounts.add(new Mount.Content(inline.target(), content, inline.mode(), 0, 0));
            prepared.scene.add(new SceneMount.Text(inline.target(), inline.content(), inline.mode()));
        } else if (mount instanceof RunMount.Ssh ssh) {
            agent(ssh, prepared);
            prepared.scene.add(new SceneMount.Unkept(ssh.target(), "the SSH agent " + ssh.id()));
        } else {
            throw new AssertionError("unknown mount " + mount);
        }
    }

    /** A writable view whose changes are dropped, so that neither a stage nor the context can be changed by a step. */
    private Mount overlay(RunMount.Bind bind, Prepared prepared, Cancellation cancellation) throws JbuildException {
        LayerStack stack = bind.input() < 0 ? LayerStack.EMPTY : stack(bind.input(), bind.source(), cancellation);
        StackTree tree = new StackTree(stack);
        RawPath path = tree.resolve(RawPath.of(bind.source()), true);
        if (!path.isRoot() && tree.find(path).isEmpty()) {
            throw new UserError("failed to compute cache key: \"" + bind.source() + "\": not found");
        }
        stack.fetch();
        WorkArea area = tools.store().layers().workArea();
        prepared.resources.push(area);
        String shown = path.isRoot() ? "/" : "/" + path;
        prepared.scene.add(new SceneMount.Files(bind.target(), stack.diffIds(), shown, bind.readOnly()));
        List<Path> lowers = new Squasher(tools.store()).mountable(stack).lowerDirectories();
        return new Mount.Overlay(lowers, area.upper(), area.work(), shown, bind.target(), bind.readOnly());
    }

    private LayerStack stack(int input, String source, Cancellation cancellation) throws JbuildException {
        StepResult result = inputs.get(input);
        return result instanceof StepResult.Root root
                ? root.stack()
                : tools.contextLayers()
                        .of(((StepResult.Files) result).tree(), source, () -> asKeyed = false, cancellation);
    }

    /** Whether what was mounted is what the keys say. */
    boolean isAsKeyed() {
        return asKeyed;
    }

    /**
     * The cache that a mount means. One that begins as a copy of something is another one than that of the same id that
     * begins empty, or as a copy of something else.
     */
    private CacheMounts.Use use(RunMount.Cache cache) throws JbuildException {
        String origin = cache.permissions().map(Object::toString).orElse("");
        if (cache.input() >= 0) {
            origin += SourceDigest.of(tree(cache.input()), RawPath.of(cache.source()));
        }
        return new CacheMounts.Use(
                cache.id(),
                origin,
                cache.sharing(),
                ignoreCache && !origin.isEmpty(),
                directory -> seed(cache, directory));
    }

    private void seed(RunMount.Cache cache, Path directory) throws JbuildException, IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        if (cache.input() >= 0) {
            SourceTree tree = tree(cache.input());
            RawPath source = tree.resolve(RawPath.of(cache.source()), true);
            Optional<LayerEntry> entry = source.isRoot() ? Optional.empty() : tree.find(source);
            boolean missing = !source.isRoot() && entry.isEmpty();
            if (missing && cache.permissions().isEmpty()) {
                throw new UserError("failed to compute cache key: \"" + cache.source() + "\": not found");
            }
            if (!missing) {
                tools.contextLayers().copyTo(tree, cache.source(), directory, new Cancellation());
            }
            if (entry.isPresent()) {
                own(
                        directory,
                        entry.get().mode(),
                        entry.get().uid(),
                        entry.get().gid());
            }
        }
        if (cache.permissions().isPresent()) {
            RunMount.Permissions permissions = cache.permissions().get();
            own(directory, permissions.mode(), permissions.uid(), permissions.gid());
        }
    }

    private static void own(Path directory, int mode, long uid, long gid) throws IOException {
        Files.setAttribute(directory, "unix:uid", Math.toIntExact(uid));
        Files.setAttribute(directory, "unix:gid", Math.toIntExact(gid));
        Files.setAttribute(directory, "unix:mode", mode);
    }

    private void agent(RunMount.Ssh ssh, Prepared prepared) throws JbuildException, IOException {
        SshAgent agent = tools.defaults().agents().get(ssh.id());
        if (agent == null) {
            if (ssh.required()) {
                throw new UserError(
                        "no SSH key \"" + ssh.id() + "\" forwarded from the client", "give it with --ssh " + ssh.id());
            }
            return;
        }
        AgentSocket socket = AgentSocket.open(agent, ssh.mode(), ssh.uid(), ssh.gid());
        prepared.resources.push(socket);
        prepared.mounts.add(new Mount.Bind(socket.path(), ssh.target(), false));
    }

    private void secret(RunMount.Secret secret, Prepared prepared) throws JbuildException {
        RunDefaults.SecretSource source = tools.defaults().secrets().get(secret.id());
        if (source == null) {
            if (secret.required()) {
                throw new UserError(
                        "secret " + secret.id() + ": not found",
                        "give it with --secret id=" + secret.id() + ",src=FILE");
            }
            return;
        }
        try {
            byte[] value = source.read();
            secret.env().ifPresent(name -> prepared.env.add(name + "=" + new String(value, StandardCharsets.UTF_8)));
            if (!secret.target().isEmpty()) {
                prepared.mounts.add(new Mount.Content(
                        secret.target(), ByteBuffer.wrap(value), secret.mode(), secret.uid(), secret.gid()));
            }
        } catch (IOException e) {
            throw new UserError("secret " + secret.id() + " can't be read: " + e.getMessage(), e);
        }
    }
}
