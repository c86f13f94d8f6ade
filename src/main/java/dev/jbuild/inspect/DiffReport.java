package dev.jbuild.inspect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.inspect.ImageDiff.FileChange;

/** What two images differ in as JSON for programs. */
public final class DiffReport {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private DiffReport() {}

    /**
     * One object: {@code Files} with their {@code Kind} (A, D or C), what is {@code Changed}, and the entries {@code Before} and
     * {@code After}; {@code Config} and {@code History}.
     */
    public static String json(ImageDiff diff) {
        ObjectNode json = MAPPER.createObjectNode();
        ArrayNode files = json.putArray("Files");
        diff.files().forEach(change -> files.add(node(change)));
        ArrayNode settings = json.putArray("Config");
        for (ImageDiff.Setting setting : diff.settings()) {
            settings.addObject()
                    .put("Name", setting.name())
                    .put("Before", setting.before())
                    .put("After", setting.after());
        }
        ObjectNode history = json.putObject("History");
        ArrayNode before = history.putArray("Before");
        diff.stepsBefore().forEach(before::add);
        ArrayNode after = history.putArray("After");
        diff.stepsAfter().forEach(after::add);
        return InspectReport.JsonText.compact(json);
    }

    private static ObjectNode node(FileChange change) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("Kind", String.valueOf(change.kind()));
        EntryReport.addPath(node, change.path());
        ArrayNode what = node.putArray("Changed");
        change.what().forEach(what::add);
        change.before().ifPresent(found -> node.set("Before", EntryReport.node(found)));
        change.after().ifPresent(found -> node.set("After", EntryReport.node(found)));
        return node;
    }
}
