package dev.jbuild.solver;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.sandbox.Sandbox;
import dev.jbuild.snapshot.Capture;
import dev.jbuild.snapshot.Captured;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.solver.caches.CacheMounts;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.LayerStore.WorkArea;
import dev.jbuild.store.Store;
import java.util.function.Consumer;

/** What steps work with. */
public final class StepTools {
    private static final int MOST_WARNINGS = 3;

    private final Store store;
    private final Sandbox sandbox;
    private final RunDefaults defaults;
    private final Remotes remotes;
    private final OnFailure.Keeper keeper;
    private final CacheMounts cacheMounts;

    public StepTools(Store store, Sandbox sandbox, RunDefaults defaults, Remotes remotes, OnFailure.Keeper keeper) {
        this.store = store;
        this.sandbox = sandbox;
        this.defaults = defaults;
        this.remotes = remotes;
        this.keeper = keeper;
        this.cacheMounts = CacheMounts.of(store);
    }

    Store store() {
        return store;
    }

    Sandbox sandbox() {
        return sandbox;
    }

    RunDefaults defaults() {
        return defaults;
    }

    Remotes remotes() {
        return remotes;
    }

    OnFailure.Keeper keeper() {
        return keeper;
    }

    CacheMounts cacheMounts() {
        return cacheMounts;
    }

    ContextLayers contextLayers() {
        return new ContextLayers(this);
    }

    /** Makes a layer of what is in a work area, seen as changes to {@code base}. */
    StoredLayer capture(WorkArea area, LayerStack base) throws JbuildException {
        return capture(area, base, warning -> {});
    }

    /** @param warnings hears of what is in the work area but can't be in a layer */
    StoredLayer capture(WorkArea area, LayerStack base, Consumer<String> warnings) throws JbuildException {
        Captured captured = Capture.capture(area.upper(), base.view());
        captured.warnings().stream().limit(MOST_WARNINGS).forEach(warnings);
        int more = captured.warnings().size() - MOST_WARNINGS;
        if (more > 0) {
            warnings.accept("so were %d more files or attributes".formatted(more));
        }
        return store.layers().commit(area, captured.summary(), captured.index());
    }
}
