package dev.jbuild.inspect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/** Files of an image as JSON for programs. */
public final class EntryReport {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private EntryReport() {}

    /** One line of JSON: {@code Path}, {@code Type}, {@code Mode} and so on, and the number of the {@code Layer}. */
    public static String json(Found found) {
        return InspectReport.JsonText.compact(node(found));
    }

    /** The same with the {@code Change} and the {@code Bytes} of a tree's node; the layer is that of what is shown. */
    public static String json(LayerTree.Node node) {
        ObjectNode json = node(node.change().shown());
        json.put("Change", node.change().kind().name().toLowerCase(Locale.ROOT));
        node.change().what().forEach(json.putArray("What")::add);
        json.put("Bytes", node.bytes());
        return InspectReport.JsonText.compact(json);
    }

    static ObjectNode node(Found found) {
        ObjectNode json = MAPPER.createObjectNode();
        add(json, found.entry(), found.layer());
        return json;
    }

    static void add(ObjectNode json, LayerEntry entry, int layer) {
        addPath(json, entry.path());
        json.put("Type", type(entry));
        json.put("Mode", String.format(Locale.ROOT, "%04o", entry.mode()));
        json.put("Uid", entry.uid());
        json.put("Gid", entry.gid());
        json.put("Size", entry.size());
        json.put("Mtime", entry.mtimeSeconds());
        if (!entry.linkTarget().isEmpty()) {
            json.put("LinkTarget", new String(entry.linkTargetBytes(), StandardCharsets.UTF_8));
        }
        entry.hardLinkTo().ifPresent(first -> json.put("HardLinkTo", path(first)));
        entry.content().ifPresent(content -> json.put("Digest", content.toString()));
        if (entry.deviceMajor() != 0 || entry.deviceMinor() != 0) {
            json.put("Device", entry.deviceMajor() + ":" + entry.deviceMinor());
        }
        if (!entry.xattrs().isEmpty()) {
            ObjectNode xattrs = json.putObject("XattrsBase64");
            entry.xattrs().forEach((name, value) -> xattrs.put(name, base64(value)));
        }
        if (entry.opaque()) {
            json.put("Opaque", true);
        }
        json.put("Layer", layer);
    }

    /** A path that isn't UTF-8 can't be told rightly in JSON, so its bytes are given too. */
    static void addPath(ObjectNode json, RawPath path) {
        json.put("Path", path(path));
        if (!Arrays.equals(path.toString().getBytes(StandardCharsets.UTF_8), path.bytes()) && !path.isRoot()) {
            json.put("PathBase64", Base64.getEncoder().encodeToString(path.bytes()));
        }
    }

    /** As JSON has it: {@code file}, {@code directory}, {@code character-device} and so on. */
    static String type(LayerEntry entry) {
        return entry.type().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String path(RawPath path) {
        return path.isRoot() ? "/" : "/" + path;
    }

    private static String base64(String latin1) {
        return Base64.getEncoder().encodeToString(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }
}
