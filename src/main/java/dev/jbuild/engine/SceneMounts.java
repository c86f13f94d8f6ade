package dev.jbuild.engine;

import dev.jbuild.builds.SceneMount;
import dev.jbuild.oci.DiffId;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sandbox.Mount;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.Squasher;
import dev.jbuild.store.LayerStore.WorkArea;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What was mounted in a step of an earlier build, mounted once more so that nothing written there stays. */
final class SceneMounts implements AutoCloseable {
    private static final int EVERYBODY = 01777;

    private final Store store;
    private final List<Mount> made = new ArrayList<>();
    private final Deque<WorkArea> areas = new ArrayDeque<>();

    SceneMounts(Store store) {
        this.store = store;
    }

    /** @param missing hears in a sentence of each that can't be had again */
    void add(List<SceneMount> mounts, Consumer<String> missing) throws JbuildException {
        for (SceneMount mount : mounts) {
            if (mount instanceof SceneMount.Files files) {
                add(files);
            } else if (mount instanceof SceneMount.Host host) {
                add(host, missing);
            } else if (mount instanceof SceneMount.Memory memory) {
                Optional<Long> bytes =
                        memory.bytes().isPresent() ? Optional.of(memory.bytes().getAsLong()) : Optional.empty();
                made.add(new Mount.Tmpfs(memory.target(), bytes, EVERYBODY, memory.readOnly()));
            } else if (mount instanceof SceneMount.Text text) {
                made.add(new Mount.Content(
                        text.target(), StandardCharsets.UTF_8.encode(text.content()), text.mode(), 0, 0));
            } else if (mount instanceof SceneMount.Unkept unkept) {
                missing.accept(unkept.what() + " isn't kept, so there is no " + unkept.target());
            } else {
                throw new AssertionError("unknown mount " + mount);
            }
        }
    }

    private void add(SceneMount.Files files) throws JbuildException {
        LayerStack stack = LayerStack.EMPTY;
        for (DiffId layer : files.layers()) {
            stack = stack.plus(store.layers()
                    .find(layer)
                    .orElseThrow(() -> new UserError(
                            "what was mounted at " + files.target() + " is gone from the store",
                            "build it once more")));
        }
        stack.fetch();
        List<Path> lowers = new Squasher(store).mountable(stack).lowerDirectories();
        made.add(overlay(lowers, files.path(), files.target(), files.readOnly()));
    }

    private void add(SceneMount.Host host, Consumer<String> missing) throws JbuildException {
        Path source = host.source();
        if (Files.isDirectory(source)) {
            Mount.Overlay view = overlay(List.of(source), "/", host.target(), host.readOnly());
            resemble(view.upper(), source);
            made.add(view);
        } else if (Files.exists(source)) {
            // Over a single file there can be no view whose changes are dropped.
            made.add(new Mount.Bind(source, host.target(), true));
        } else {
            missing.accept(source + " is gone, so nothing is mounted at " + host.target());
        }
    }

    /** The root directory of an overlay has the owner and the mode that its upper directory has. */
    private static void resemble(Path upper, Path source) throws EnvironmentError {
        try {
            for (String attribute : List.of("unix:uid", "unix:gid", "unix:mode")) {
                Files.setAttribute(upper, attribute, Files.getAttribute(source, attribute));
            }
        } catch (IOException e) {
            throw new EnvironmentError("can't show " + source + ": " + e.getMessage(), e);
        }
    }

    private Mount.Overlay overlay(List<Path> lowers, String path, String target, boolean readOnly)
            throws JbuildException {
        WorkArea area = store.layers().workArea();
        areas.push(area);
        return new Mount.Overlay(lowers, area.upper(), area.work(), path, target, readOnly);
    }

    List<Mount> made() {
        return made;
    }

    @Override
    public void close() {
        areas.forEach(WorkArea::close);
    }
}
