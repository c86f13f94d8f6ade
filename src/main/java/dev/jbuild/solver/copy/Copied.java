package dev.jbuild.solver.copy;

import dev.jbuild.context.SourceTree;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.snapshot.MergedView;
import dev.jbuild.sys.RawPath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files that a step copied, and the content that each had when the step's key was made. */
public final class Copied {
    private final Map<RawPath, Digest> contents;

    private Copied(Map<RawPath, Digest> contents) {
        this.contents = contents;
    }

    static Copied of(Map<RawPath, Copier.Origin> placed) throws JbuildException {
        Map<SourceTree, List<Map.Entry<RawPath, Copier.Origin>>> trees = new HashMap<>();
        for (Map.Entry<RawPath, Copier.Origin> file : placed.entrySet()) {
            trees.computeIfAbsent(file.getValue().tree(), none -> new ArrayList<>())
                    .add(file);
        }
        Map<RawPath, Digest> contents = new HashMap<>();
        for (Map.Entry<SourceTree, List<Map.Entry<RawPath, Copier.Origin>>> tree : trees.entrySet()) {
            List<Map.Entry<RawPath, Copier.Origin>> files = tree.getValue();
            List<Digest> digests = tree.getKey()
                    .digests(files.stream().map(file -> file.getValue().file()).toList());
            for (int i = 0; i < files.size(); i++) {
                contents.put(files.get(i).getKey(), digests.get(i));
            }
        }
        return new Copied(contents);
    }

    /** By the places of the files. */
    public Map<RawPath, Digest> contents() {
        return Collections.unmodifiableMap(contents);
    }

    /**
     * Whether the files have that content in the layer that was made: not if somebody wrote to them meanwhile.
     *
     * @param base what the layer lies on, which has those that are the same there
     */
    public boolean isIn(LayerIndex layer, MergedView base) {
        for (Map.Entry<RawPath, Digest> file : contents.entrySet()) {
            Optional<LayerEntry> made =
                    layer.find(file.getKey()).or(() -> base.find(file.getKey()).map(MergedView.Found::entry));
            if (!made.flatMap(LayerEntry::content).equals(Optional.of(file.getValue()))) {
                return false;
            }
        }
        return true;
    }
}
