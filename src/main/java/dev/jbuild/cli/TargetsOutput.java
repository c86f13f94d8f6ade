package dev.jbuild.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.buildfile.BuildTarget;
import java.io.PrintStream;
import java.util.List;

/** What can be built, as buildx prints it: text, or the JSON of BuildKit's {@code frontend.targets}. */
final class TargetsOutput {
    private final List<BuildTarget> targets;
    private final SourceText source;

    TargetsOutput(List<BuildTarget> targets, SourceText source) {
        this.targets = targets;
        this.source = source;
    }

    ObjectNode json() {
        ObjectNode json = SourceText.MAPPER.createObjectNode();
        if (targets.isEmpty()) {
            json.putNull("targets");
        } else {
            ArrayNode array = json.putArray("targets");
            targets.forEach(target -> array.add(json(target)));
        }
        json.putArray("sources").add(source.bytes());
        return json;
    }

    private static ObjectNode json(BuildTarget target) {
        ObjectNode json = SourceText.MAPPER.createObjectNode();
        putText(json, "name", target.name());
        if (target.isDefault()) {
            json.put("default", true);
        }
        putText(json, "description", target.description());
        putText(json, "base", target.base());
        putText(json, "platform", target.platform().orElse(""));
        json.set("location", SourceText.location(target.range()));
        return json;
    }

    /** What is empty is left out. */
    private static void putText(ObjectNode json, String key, String value) {
        if (!value.isEmpty()) {
            json.put(key, value);
        }
    }

    void text(PrintStream out) {
        Table table = Table.withGap(1);
        table.row("TARGET", "DESCRIPTION");
        targets.forEach(target -> table.row(shownName(target), target.description()));
        table.print(out);
    }

    private static String shownName(BuildTarget target) {
        if (!target.isDefault()) {
            return target.name();
        }
        return target.name().isEmpty() ? "(default)" : target.name() + " (default)";
    }
}
