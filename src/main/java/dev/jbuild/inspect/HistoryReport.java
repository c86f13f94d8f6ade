package dev.jbuild.inspect;

import dev.jbuild.oci.History;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The steps that an image was made by, newest first, each with the size of the layer it added. */
public final class HistoryReport {
    private HistoryReport() {}

    /**
     * One step.
     *
     * @param id the image's ID for the newest step, {@code <missing>} for those before, as docker has it
     */
    public record Line(String id, Optional<Instant> created, String createdBy, long size, String comment) {}

    public static List<Line> of(ImageFacts image) {
        List<Line> lines = new ArrayList<>();
        List<History> history = image.config().history();
        int layer = 0;
        for (int i = 0; i < history.size(); i++) {
            History step = history.get(i);
            long size = 0;
            if (!step.emptyLayer() && layer < image.layerSizes().size()) {
                size = image.layerSizes().get(layer++);
            }
            String id = i == history.size() - 1 ? image.id().toString() : "<missing>";
            lines.add(new Line(id, step.created(), step.createdBy(), size, step.comment()));
        }
        Collections.reverse(lines);
        return lines;
    }
}
