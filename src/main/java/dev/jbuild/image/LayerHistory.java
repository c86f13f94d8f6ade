package dev.jbuild.image;

import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageConfig;
import java.util.List;
import java.util.Optional;

/** The history of an image of which each layer has an entry. */
final class LayerHistory {
    private final List<History> entries;

    private LayerHistory(List<History> entries) {
        this.entries = entries;
    }

    /** Nothing where there are more or fewer entries than layers, as no one can say which belong to which then. */
    static Optional<LayerHistory> of(ImageConfig config) {
        long layers =
                config.history().stream().filter(entry -> !entry.emptyLayer()).count();
        return layers == config.diffIds().size() ? Optional.of(new LayerHistory(config.history())) : Optional.empty();
    }

    /** How many entries, from the oldest, go as far as to the last of so many layers. */
    int until(int layers) {
        int seen = 0;
        for (int i = 0; i < entries.size(); i++) {
            if (seen == layers) {
                return i;
            }
            seen += entries.get(i).emptyLayer() ? 0 : 1;
        }
        return entries.size();
    }
}
