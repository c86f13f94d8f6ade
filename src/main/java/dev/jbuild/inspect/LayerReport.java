package dev.jbuild.inspect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.inspect.LayerAnalysis.Layer;
import dev.jbuild.oci.History;
import java.util.ArrayList;
import java.util.List;

/** What an image's layers hold and waste, as JSON for programs. */
public final class LayerReport {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private LayerReport() {}

    /** The instruction that made each layer, bottom first; empty where the history doesn't tell. */
    public static List<String> createdBy(ImageFacts image) {
        List<String> instructions = new ArrayList<>();
        for (History step : image.config().history()) {
            if (!step.emptyLayer()) {
                instructions.add(step.createdBy());
            }
        }
        while (instructions.size() < image.config().diffIds().size()) {
            instructions.add("");
        }
        return instructions;
    }

    /** One line of JSON; what the members mean stands at {@link LayerAnalysis}. */
    public static String json(ImageFacts image, LayerAnalysis analysis, boolean tree) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("Id", image.id().toString());
        json.put("ContentBytes", analysis.contentBytes());
        json.put("WastedBytes", analysis.wastedBytes());
        json.put("Efficiency", analysis.efficiency());
        addLayers(json.putArray("Layers"), image, analysis);
        ArrayNode wasted = json.putArray("WastedPaths");
        analysis.wastedPaths()
                .forEach(path -> wasted.addObject()
                        .put("Path", "/" + path.path())
                        .put("Times", path.times())
                        .put("Bytes", path.bytes()));
        if (tree) {
            ArrayNode entries = json.putArray("Tree");
            analysis.tree().forEach(shown -> EntryReport.add(entries.addObject(), shown.entry(), shown.layer()));
        }
        return InspectReport.JsonText.compact(json);
    }

    private static void addLayers(ArrayNode layers, ImageFacts image, LayerAnalysis analysis) {
        List<String> createdBy = createdBy(image);
        for (int i = 0; i < analysis.layers().size(); i++) {
            Layer layer = analysis.layers().get(i);
            layers.addObject()
                    .put("DiffId", image.config().diffIds().get(i).toString())
                    .put("CreatedBy", createdBy.get(i))
                    .put("Size", image.layerSizes().get(i))
                    .put("Added", layer.added())
                    .put("Changed", layer.changed())
                    .put("Removed", layer.removed())
                    .put("ContentBytes", layer.contentBytes())
                    .put("WastedBytes", layer.wastedBytes());
        }
    }
}
