package dev.jbuild.image;

import dev.jbuild.oci.History;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The history of a squashed image: as docker has it, all steps stay, but only the last has the layer. */
final class SquashedHistory {
    private SquashedHistory() {}

    /** @param kept how many entries are about layers that stay */
    static List<History> of(List<History> history, int kept) {
        List<History> squashed = new ArrayList<>(history.subList(0, kept));
        for (History entry : history.subList(kept, history.size())) {
            squashed.add(new History(entry.created(), entry.createdBy(), entry.comment(), entry.author(), true));
        }
        Optional<Instant> last = history.isEmpty()
                ? Optional.empty()
                : history.get(history.size() - 1).created();
        squashed.add(new History(last, "", "the layers of the steps above as one", "", false));
        return squashed;
    }
}
