package dev.jbuild.snapshot;

import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.sys.RawPath;
import java.util.List;

/**
 * A captured layer.
 *
 * @param unchanged what was copied up but is as it was, and so isn't in the layer
 * @param warnings what can't be kept in a layer and was left out, a sentence each
 */
public record Captured(LayerSummary summary, LayerIndex index, List<RawPath> unchanged, List<String> warnings) {
    public Captured {
        unchanged = List.copyOf(unchanged);
        warnings = List.copyOf(warnings);
    }
}
