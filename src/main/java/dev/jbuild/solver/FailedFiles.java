package dev.jbuild.solver;

import dev.jbuild.graph.Op;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.snapshot.Capture;
import dev.jbuild.snapshot.Captured;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.solver.OnFailure.Collection;
import dev.jbuild.solver.copy.CollectedFiles;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.LayerStore.WorkArea;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The files of a step that failed, before they go. */
final class FailedFiles {
    private static final int SHOWN = 5;

    private final LayerStack base;
    private final WorkArea area;
    private final String cwd;

    FailedFiles(LayerStack base, WorkArea area, String cwd) {
        this.base = base;
        this.area = area;
        this.cwd = cwd;
    }

    /** Copies what is asked for. Says in a sentence for each what came of it; nothing more can fail that has failed. */
    List<String> collect(List<Collection> collections) {
        if (collections.isEmpty()) {
            return List.of();
        }
        List<String> said = new ArrayList<>();
        try {
            StackTree tree = new StackTree(base.plus(new Changes(area, Capture.capture(area.upper(), base.view()))));
            for (Collection collection : collections) {
                said.add(collect(tree, collection));
            }
        } catch (JbuildException e) {
            said.add("no files could be collected: " + e.what());
        }
        return said;
    }

    /**
     * Makes them stay. Says in sentences how to get at them, or why they are lost.
     *
     * @param kept hears what they are kept as
     */
    List<String> keep(StepTools tools, Op.Run op, Consumer<String> kept) {
        try {
            String name = tools.keeper().keep(base.plus(tools.capture(area, base)), op);
            kept.accept(name);
            return List.of(
                    "the files of the step are kept as the image " + name + ": jbuild run --rm -it " + name + " sh",
                    "remove it with: jbuild rmi " + name + ", or all such: jbuild system prune");
        } catch (JbuildException e) {
            return List.of("the files of the step could not be kept: " + e.what());
        }
    }

    private String collect(StackTree tree, Collection collection) {
        try {
            List<String> files = CollectedFiles.collect(tree, collection.pattern(), cwd, collection.directory());
            if (files.isEmpty()) {
                return "nothing was collected: no file of the step matches " + collection.pattern();
            }
            String some = String.join(", ", files.subList(0, Math.min(SHOWN, files.size())));
            int more = files.size() - SHOWN;
            return "collected in " + collection.directory() + ": " + some + (more > 0 ? " and " + more + " more" : "");
        } catch (JbuildException e) {
            return collection.pattern() + " could not be collected: " + e.what();
        } catch (IOException e) {
            return collection.pattern() + " could not be collected in " + collection.directory() + ": "
                    + e.getMessage();
        }
    }

    /** What the step changed, as a layer that the store never gets. */
    private static final class Changes implements StoredLayer {
        private final WorkArea area;
        private final LayerSummary summary;
        private final LayerIndex index;

        Changes(WorkArea area, Captured captured) {
            this.area = area;
            this.summary = captured.summary();
            this.index = captured.index();
        }

        @Override
        public LayerSummary summary() {
            return summary;
        }

        @Override
        public Path directory() {
            return area.upper();
        }

        @Override
        public LayerIndex index() {
            return index;
        }
    }
}
