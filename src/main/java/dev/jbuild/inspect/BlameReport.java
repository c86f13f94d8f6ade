package dev.jbuild.inspect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.builds.LayerMakers;
import dev.jbuild.builds.LayerMakers.Maker;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which layers touched paths, and who made these layers. */
public final class BlameReport {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ImageFacts image;
    private final List<String> createdBy;
    private final LayerMakers makers;

    public BlameReport(ImageFacts image, LayerMakers makers) {
        this.image = image;
        this.createdBy = LayerReport.createdBy(image);
        this.makers = makers;
    }

    /** The instruction that made the layer of this change; empty where the history doesn't tell. */
    public String createdBy(LayerChange change) {
        return createdBy.get(change.layer());
    }

    /** The step of a recorded build that made the layer of this change. */
    public Optional<Maker> maker(LayerChange change) {
        return makers.find(diffId(change));
    }

    private String diffId(LayerChange change) {
        return image.config().diffIds().get(change.layer()).toString();
    }

    /** What was done, such as {@code modified}; what a layer has once more as it was is {@code rewritten}. */
    public static String word(LayerChange change) {
        return change.kind() == LayerChange.Kind.UNMODIFIED
                ? "rewritten"
                : change.kind().name().toLowerCase(Locale.ROOT);
    }

    /** One line of JSON. {@code Build}, {@code Buildfile} and {@code Line} are left out where they aren't known. */
    public String json(LayerChange change) {
        ObjectNode json = MAPPER.createObjectNode();
        EntryReport.addPath(json, change.path());
        json.put("Type", EntryReport.type(change.shown().entry()));
        json.put("Change", word(change));
        change.what().forEach(json.putArray("What")::add);
        json.put("Layer", change.layer());
        json.put("DiffId", diffId(change));
        json.put("CreatedBy", createdBy(change));
        maker(change).ifPresent(maker -> {
            json.put("Build", maker.build().id());
            json.put("Buildfile", maker.build().request().buildfile());
            json.put("Line", maker.step().line());
        });
        return InspectReport.JsonText.compact(json);
    }
}
