package dev.jbuild.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.buildfile.Outline;
import java.io.PrintStream;
import java.util.List;

/** What the build of a target can be given, as buildx prints it: text, or the JSON of BuildKit's {@code frontend.outline}. */
final class OutlineOutput {
    private final Outline outline;
    private final SourceText source;

    OutlineOutput(Outline outline, SourceText source) {
        this.outline = outline;
        this.source = source;
    }

    ObjectNode json() {
        ObjectNode json = SourceText.MAPPER.createObjectNode();
        putText(json, "name", outline.name());
        putText(json, "description", outline.description());
        if (!outline.args().isEmpty()) {
            ArrayNode array = json.putArray("args");
            outline.args().forEach(arg -> array.add(json(arg)));
        }
        put(json, "secrets", outline.secrets());
        put(json, "ssh", outline.agents());
        json.putArray("sources").add(source.bytes());
        return json;
    }

    private static ObjectNode json(Outline.Arg arg) {
        ObjectNode json = SourceText.MAPPER.createObjectNode();
        json.put("name", arg.name());
        putText(json, "description", arg.description());
        putText(json, "value", arg.value());
        json.set("location", SourceText.location(arg.range()));
        return json;
    }

    private static void put(ObjectNode json, String key, List<Outline.Requirement> requirements) {
        if (requirements.isEmpty()) {
            return;
        }
        ArrayNode array = json.putArray(key);
        for (Outline.Requirement requirement : requirements) {
            ObjectNode item = array.addObject();
            item.put("name", requirement.id());
            if (requirement.required()) {
                item.put("required", true);
            }
            item.set("location", SourceText.location(requirement.range()));
        }
    }

    /** What is empty is left out. */
    private static void putText(ObjectNode json, String key, String value) {
        if (!value.isEmpty()) {
            json.put(key, value);
        }
    }

    void text(PrintStream out) {
        if (!outline.name().isEmpty() || !outline.description().isEmpty()) {
            Table head = Table.withGap(1);
            head.row("TARGET:", outline.name().isEmpty() ? "(default)" : outline.name());
            if (!outline.description().isEmpty()) {
                head.row("DESCRIPTION:", outline.description());
            }
            print(head, out);
        }
        if (!outline.args().isEmpty()) {
            Table args = new Table("BUILD ARG", "VALUE", "DESCRIPTION");
            outline.args().forEach(arg -> args.row(arg.name(), arg.value(), arg.description()));
            print(args, out);
        }
        requirements("SECRET", outline.secrets(), out);
        requirements("SSH", outline.agents(), out);
    }

    private static void requirements(String heading, List<Outline.Requirement> requirements, PrintStream out) {
        if (requirements.isEmpty()) {
            return;
        }
        Table table = new Table(heading, "REQUIRED");
        requirements.forEach(item -> table.row(item.id(), item.required() ? "true" : ""));
        print(table, out);
    }

    private static void print(Table table, PrintStream out) {
        table.print(out);
        out.println();
    }
}
