package dev.jbuild.sandbox.cdi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jbuild.sandbox.Hook;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads one spec, and refuses what the library of the interface refuses. */
final class SpecReader {
    private static final String LETTERS_AND_DIGITS = "[A-Za-z0-9]";
    private static final Pattern KIND_PART = Pattern.compile("[A-Za-z]([A-Za-z0-9_.-]*" + LETTERS_AND_DIGITS + ")?");
    private static final Pattern NAME =
            Pattern.compile(LETTERS_AND_DIGITS + "([A-Za-z0-9_.:-]*" + LETTERS_AND_DIGITS + ")?");
    private static final Pattern ANNOTATION =
            Pattern.compile("([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?[a-z0-9]([a-z0-9_.-]{0,61}[a-z0-9])?");
    private static final Pattern ACCESS = Pattern.compile("[rwm]*");

    private static final Set<String> TOP = Set.of("cdiVersion", "kind", "annotations", "devices", "containerEdits");
    private static final Set<String> DEVICE = Set.of("name", "annotations", "containerEdits");
    private static final Set<String> EDITS =
            Set.of("env", "deviceNodes", "netDevices", "hooks", "mounts", "intelRdt", "additionalGids");
    private static final Set<String> NODE =
            Set.of("path", "hostPath", "type", "major", "minor", "fileMode", "permissions", "uid", "gid");
    private static final Set<String> MOUNT = Set.of("hostPath", "containerPath", "options", "type");
    private static final Set<String> HOOK = Set.of("hookName", "path", "args", "env", "timeout");
    private static final Set<String> RDT =
            Set.of("closID", "l3CacheSchema", "memBwSchema", "schemata", "enableMonitoring", "enableCMT", "enableMBM");
    private static final Set<String> NETWORK_DEVICE = Set.of("hostInterfaceName", "name");

    private static final Set<String> TYPES = Set.of("", "b", "c", "u", "p");
    private static final Set<String> MOMENTS =
            Set.of("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop");

    private static final long MOST_ID = 0xffff_fffeL;
    private static final String NONE = "none";
    private static final String ALL = "rwm";

    private final SpecVersion version;

    private SpecReader(SpecVersion version) {
        this.version = version;
    }

    /** The devices of a file, in its order. */
    static List<CdiDevice> read(Path file, byte[] bytes) throws MalformedSpec {
        boolean yaml = file.toString().endsWith(".yaml");
        JsonNode tree = SpecText.parse(new String(bytes, StandardCharsets.UTF_8), yaml);
        SpecFields top = new SpecFields("", tree, TOP);
        return new SpecReader(SpecVersion.parse(top.required("cdiVersion"))).devices(file, top);
    }

    private List<CdiDevice> devices(Path file, SpecFields top) throws MalformedSpec {
        CdiSpec spec = new CdiSpec(file, kind(top), edits(top));
        Map<String, String> annotations = annotations(top);
        List<CdiDevice> devices = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (SpecFields fields : top.objects("devices", DEVICE)) {
            CdiDevice device = device(spec, annotations, fields);
            if (!names.add(device.name())) {
                throw new MalformedSpec("two of the devices are called " + device.name());
            }
            devices.add(device);
        }
        if (devices.isEmpty()) {
            throw new MalformedSpec("devices has none");
        }
        return devices;
    }

    private String kind(SpecFields top) throws MalformedSpec {
        String kind = top.required("kind");
        int slash = kind.indexOf('/');
        boolean valid = slash > 0
                && KIND_PART.matcher(kind.substring(0, slash)).matches()
                && KIND_PART.matcher(kind.substring(slash + 1)).matches();
        if (!valid) {
            throw new MalformedSpec("kind \"" + kind + "\" is no vendor and class, such as vendor.com/class");
        }
        if (kind.indexOf('.', slash) > 0) {
            version.require("0.6.0", "kind \"" + kind + "\", whose class has a dot,");
        }
        return kind;
    }

    private Map<String, String> annotations(SpecFields fields) throws MalformedSpec {
        Map<String, String> annotations = fields.map("annotations");
        for (String name : annotations.keySet()) {
            if (!ANNOTATION.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
                throw new MalformedSpec(fields.at("annotations") + " has \"" + name + "\", which is no name for one");
            }
        }
        if (!annotations.isEmpty()) {
            version.require("0.6.0", fields.at("annotations"));
        }
        return annotations;
    }

    private CdiDevice device(CdiSpec spec, Map<String, String> ofAll, SpecFields fields) throws MalformedSpec {
        String name = fields.required("name");
        if (!NAME.matcher(name).matches()) {
            throw new MalformedSpec(
                    fields.at("name") + " \"" + name
                            + "\" is no name: letters, digits, _, -, . and : can be in it, with a letter or digit at both ends");
        }
        if (Character.isDigit(name.charAt(0))) {
            version.require("0.5.0", fields.at("name") + " \"" + name + "\", which begins with a digit,");
        }
        ContainerEdits edits = edits(fields);
        if (edits.isEmpty()) {
            throw new MalformedSpec(fields.at("containerEdits") + " says nothing");
        }
        Map<String, String> annotations = new LinkedHashMap<>(ofAll);
        annotations.putAll(annotations(fields));
        return new CdiDevice(spec, name, annotations, edits);
    }

    private ContainerEdits edits(SpecFields of) throws MalformedSpec {
        SpecFields fields = of.object("containerEdits", EDITS).orElse(null);
        if (fields == null) {
            return ContainerEdits.NONE;
        }
        return new ContainerEdits(
                fields.variables("env"),
                nodes(fields),
                mounts(fields),
                hooks(fields),
                groups(fields),
                unsupported(fields));
    }

    private List<DeviceNode> nodes(SpecFields edits) throws MalformedSpec {
        List<DeviceNode> nodes = new ArrayList<>();
        for (SpecFields fields : edits.objects("deviceNodes", NODE)) {
            nodes.add(node(fields));
        }
        return nodes;
    }

    private DeviceNode node(SpecFields fields) throws MalformedSpec {
        String path = absolute(fields, "path");
        if (fields.has("hostPath")) {
            version.require("0.5.0", fields.at("hostPath"));
        }
        String type = fields.text("type");
        if (!TYPES.contains(type)) {
            throw new MalformedSpec(fields.at("type") + " \"" + type + "\" is unknown: known are b, c, u and p");
        }
        return new DeviceNode(
                path,
                fields.text("hostPath").isEmpty() ? path : absolute(fields, "hostPath"),
                type,
                (int) fields.number("major", 0, Integer.MAX_VALUE).orElse(0),
                (int) fields.number("minor", 0, Integer.MAX_VALUE).orElse(0),
                fields.number("fileMode", 0, 07777),
                access(fields),
                fields.number("uid", 0, MOST_ID),
                fields.number("gid", 0, MOST_ID));
    }

    private static String access(SpecFields fields) throws MalformedSpec {
        String access = fields.text("permissions");
        if (access.equals(NONE)) {
            return "";
        }
        if (!ACCESS.matcher(access).matches()) {
            throw new MalformedSpec(
                    fields.at("permissions") + " \"" + access + "\" is neither of the letters r, w and m nor none");
        }
        return access.isEmpty() ? ALL : access;
    }

    private static String absolute(SpecFields fields, String name) throws MalformedSpec {
        String path = fields.required(name);
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw new MalformedSpec(fields.at(name) + " \"" + path + "\" is not absolute");
        }
        return path;
    }

    private List<HostMount> mounts(SpecFields edits) throws MalformedSpec {
        List<HostMount> mounts = new ArrayList<>();
        for (SpecFields fields : edits.objects("mounts", MOUNT)) {
            String type = fields.text("type");
            if (!type.isEmpty()) {
                version.require("0.4.0", fields.at("type"));
            }
            mounts.add(new HostMount(
                    fields.required("hostPath"), absolute(fields, "containerPath"), type, fields.texts("options")));
        }
        return mounts;
    }

    private static List<Hook> hooks(SpecFields edits) throws MalformedSpec {
        List<Hook> hooks = new ArrayList<>();
        for (SpecFields fields : edits.objects("hooks", HOOK)) {
            String moment = fields.required("hookName");
            if (!MOMENTS.contains(moment)) {
                throw new MalformedSpec(fields.at("hookName") + " \"" + moment + "\" is unknown: known are "
                        + String.join(", ", MOMENTS.stream().sorted().toList()));
            }
            OptionalLong timeout = fields.number("timeout", 1, Integer.MAX_VALUE);
            hooks.add(
                    new Hook(moment, absolute(fields, "path"), fields.texts("args"), fields.variables("env"), timeout));
        }
        return hooks;
    }

    /** Root's counts for nothing. */
    private List<Long> groups(SpecFields edits) throws MalformedSpec {
        List<Long> groups = edits.numbers("additionalGids", MOST_ID);
        if (!groups.isEmpty()) {
            version.require("0.7.0", edits.at("additionalGids"));
        }
        return groups.stream().filter(group -> group != 0).toList();
    }

    private List<String> unsupported(SpecFields edits) throws MalformedSpec {
        List<String> unsupported = new ArrayList<>();
        SpecFields rdt = edits.object("intelRdt", RDT).orElse(null);
        if (rdt != null) {
            boolean newer = rdt.has("schemata") || rdt.has("enableMonitoring");
            version.require(newer ? "1.1.0" : "0.7.0", edits.at("intelRdt"));
            unsupported.add("intelRdt");
        }
        if (!edits.objects("netDevices", NETWORK_DEVICE).isEmpty()) {
            version.require("1.1.0", edits.at("netDevices"));
            unsupported.add("netDevices");
        }
        return unsupported;
    }
}
