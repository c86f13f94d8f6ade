package dev.jbuild.solver;

import dev.jbuild.context.SourceTree;
import dev.jbuild.graph.RunMount;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.sandbox.Mount;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.LayerStore.WorkArea;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The {@code --mount}s of one RUN: what they add to its key, and how they are made ready for it. */
final class RunMounts {
    private final List<RunMount> mounts;
    private final List<StepResult> inputs;
    private final StepTools tools;

    RunMounts(List<RunMount> mounts, List<StepResult> inputs, StepTools tools) {
        this.mounts = mounts;
        this.inputs = inputs;
        this.tools = tools;
    }

    /** Mounts that are ready, with what has to be closed after the step. */
    record Prepared(List<Mount> mounts, List<String> env, Deque<AutoCloseable> resources) implements AutoCloseable {
        Prepared() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayDeque<>());
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
        List<String> keys = new ArrayList<>();
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
        return mount.toString();
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

    private void prepare(RunMount mount, Prepared prepared, Cancellation cancellation)
            throws JbuildException, IOException {
        if (mount instanceof RunMount.Bind bind) {
            prepared.mounts.add(overlay(bind, prepared, cancellation));
        } else if (mount instanceof RunMount.Tmpfs tmpfs) {
            prepared.mounts.add(new Mount.Tmpfs(tmpfs.target(), tmpfs.sizeBytes(), 01777));
        } else if (mount instanceof RunMount.Cache cache) {
            CacheMounts.Held held =
                    tools.cacheMounts().acquire(cache, directory -> seed(cache, directory, cancellation), cancellation);
            prepared.resources.push(held);
            prepared.mounts.add(new Mount.Bind(held.path(), cache.target(), cache.readOnly()));
        } else if (mount instanceof RunMount.Secret secret) {
            secret(secret, prepared);
        } else if (mount instanceof RunMount.Inline inline) {
            Path file = hostFile(inline.content().getBytes(StandardCharsets.UTF_8), 0, 0, inline.mode(), prepared);
            prepared.mounts.add(new Mount.Bind(file, inline.target(), true));
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
        WorkArea area = tools.store().layers().workArea();
        prepared.resources.push(area);
        return new Mount.Overlay(
                stack.lowerDirectories(),
                area.upper(),
                area.work(),
                path.isRoot() ? "/" : "/" + path,
                bind.target(),
                bind.readOnly());
    }

    private LayerStack stack(int input, String source, Cancellation cancellation) throws JbuildException {
        StepResult result = inputs.get(input);
        return result instanceof StepResult.Root root
                ? root.stack()
                : tools.contextLayers().of(((StepResult.Files) result).tree(), source, cancellation);
    }

    private void seed(RunMount.Cache cache, Path directory, Cancellation cancellation)
            throws JbuildException, IOException {
        if (cache.input() >= 0) {
            tools.contextLayers().copyTo(tree(cache.input()), cache.source(), directory, cancellation);
        }
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
                prepared.mounts.add(new Mount.Bind(
                        hostFile(value, secret.uid(), secret.gid(), secret.mode(), prepared), secret.target(), true));
            }
        } catch (IOException e) {
            throw new UserError("secret " + secret.id() + " can't be read: " + e.getMessage(), e);
        }
    }

    private static Path hostFile(byte[] content, long uid, long gid, int mode, Prepared prepared) throws IOException {
        Path file = Files.createTempFile("jbuild", "");
        prepared.resources.push(() -> Files.deleteIfExists(file));
        Files.write(file, content);
        Files.setAttribute(file, "unix:uid", Math.toIntExact(uid));
        Files.setAttribute(file, "unix:gid", Math.toIntExact(gid));
        Files.setAttribute(file, "unix:mode", mode);
        return file;
    }
}
