package dev.jbuild.buildfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class InstructionVectorsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TestFactory
    Stream<DynamicTest> instructions() throws Exception {
        return Vectors.tests(
                "instructions.json", v -> v.get("kind").asText().equals("instructions"), InstructionVectorsTest::check);
    }

    @TestFactory
    Stream<DynamicTest> exposedPorts() throws Exception {
        return Vectors.tests(
                "instructions.json", v -> v.get("kind").asText().equals("expose"), InstructionVectorsTest::expose);
    }

    private static void check(JsonNode v) throws Exception {
        JsonNode expect = v.get("expect");
        if (!expect.has("error")) {
            JsonNode stages = dropEmpty(stages(v));
            assertThat(stages).isEqualTo(dropEmpty(expect.get("stages")));
            JsonNode globals = globals(v);
            assertThat(dropEmpty(globals)).isEqualTo(dropEmpty(expect.path("meta_args")));
            return;
        }
        UserError e = catchThrowableOfType(UserError.class, () -> stages(v));
        assertThat(e).isNotNull();
        assertThat(e.what()).contains(expect.get("error").asText());
        if (expect.has("suggestion")) {
            assertThat(e.what())
                    .contains("did you mean " + expect.get("suggestion").asText() + "?");
        } else {
            assertThat(e.what()).doesNotContain("did you mean");
        }
        if (expect.hasNonNull("line")) {
            int line = expect.get("line").asInt();
            assertThat(e.where().orElseThrow().firstLine()).isEqualTo(line);
        }
    }

    private static JsonNode globals(JsonNode v) throws UserError {
        ArrayNode all = MAPPER.createArrayNode();
        for (Instruction.Arg arg :
                Buildfile.parse("Dockerfile", Vectors.input(v)).globalArgs()) {
            all.add(MAPPER.valueToTree(definitions(arg)));
        }
        return all;
    }

    private static ArrayNode stages(JsonNode v) throws UserError {
        Buildfile file = Buildfile.parse("Dockerfile", Vectors.input(v));
        Environment environment = Environment.of(Vectors.strings(v.path("env")));
        Expansion expansion = new Expansion(file.escape(), environment);
        ArrayNode stages = MAPPER.createArrayNode();
        for (Stage stage : file.stages()) {
            ObjectNode out = stages.addObject().put("base", stage.baseName());
            stage.name().ifPresent(name -> out.put("name", name));
            stage.platform().ifPresent(platform -> out.put("platform", platform));
            out.put("doc", stage.doc());
            ArrayNode commands = out.putArray("commands");
            for (Instruction instruction : stage.instructions()) {
                commands.add(command(expanded(file, expansion, instruction)));
            }
        }
        return stages;
    }

    private static Instruction expanded(Buildfile file, Expansion expansion, Instruction instruction) throws UserError {
        // Typed instructions keep EXPOSE and heredocs unexpanded: the vectors stop there, too.
        try {
            return instruction.expand(expansion::word);
        } catch (UserError e) {
            throw file.at(instruction.range(), e);
        }
    }

    private static JsonNode command(Instruction instruction) {
        ObjectNode out = MAPPER.createObjectNode();
        Map<String, Object> fields = new LinkedHashMap<>();
        out.put("type", fields(instruction, fields));
        if (instruction instanceof Instruction.Run run) {
            if (run.network() != Instruction.Network.DEFAULT) {
                out.put("network", Text.lower(run.network().name()));
            }
            if (run.insecure()) {
                out.put("security", "insecure");
            }
            ArrayNode mounts = out.putArray("mounts");
            run.mounts().forEach(m -> mounts.add(mount(m)));
            ArrayNode devices = out.putArray("devices");
            run.devices().forEach(d -> devices.addObject().put("Name", d.name()).put("Required", d.required()));
        }
        out.set("fields", MAPPER.valueToTree(fields));
        return out;
    }

    private static ObjectNode mount(Mount m) {
        ObjectNode out = MAPPER.createObjectNode();
        out.put("Type", Text.lower(m.type().name()));
        out.put("From", m.from()).put("Source", m.source()).put("Target", m.target());
        out.put("ReadOnly", m.readOnly()).put("SizeLimit", m.sizeLimit()).put("CacheID", m.id());
        m.sharing().ifPresent(s -> out.put("CacheSharing", Text.lower(s.name())));
        out.put("Required", m.required());
        m.env().ifPresent(env -> out.put("Env", env));
        m.mode().ifPresent(mode -> out.put("Mode", mode));
        m.uid().ifPresent(uid -> out.put("UID", uid));
        m.gid().ifPresent(gid -> out.put("GID", gid));
        return out;
    }

    private static String fields(Instruction instruction, Map<String, Object> f) {
        if (instruction instanceof Instruction.Run i) {
            command(f, i.command());
            f.put("FlagsUsed", new TreeSet<>(i.flagsUsed()));
            f.put(
                    "Files",
                    i.heredocs().stream()
                            .map(h -> Map.of("Name", h.name(), "Data", h.content(), "Chomp", h.chomp()))
                            .toList());
            return "Run";
        } else if (instruction instanceof Instruction.Cmd i) {
            command(f, i.command());
            return "Cmd";
        } else if (instruction instanceof Instruction.Entrypoint i) {
            command(f, i.command());
            return "Entrypoint";
        } else if (instruction instanceof Instruction.Copy i) {
            sources(f, i.sources(), i.contents(), i.destination(), i.chown(), i.chmod(), i.link(), i.excludes());
            f.put("From", i.from().orElse(""));
            f.put("Parents", i.parents());
            return "Copy";
        } else if (instruction instanceof Instruction.Add i) {
            sources(f, i.sources(), i.contents(), i.destination(), i.chown(), i.chmod(), i.link(), i.excludes());
            f.put("Checksum", i.checksum().orElse(""));
            i.keepGitDir().ifPresent(keep -> f.put("KeepGitDir", keep));
            i.unpack().ifPresent(unpack -> f.put("Unpack", unpack));
            return "Add";
        } else if (instruction instanceof Instruction.Env i) {
            f.put("Env", pairs(i.pairs()));
            return "Env";
        } else if (instruction instanceof Instruction.Label i) {
            f.put("Labels", pairs(i.pairs()));
            return "Label";
        } else if (instruction instanceof Instruction.Arg i) {
            f.put("Args", definitions(i));
            return "Arg";
        }
        return simpleFields(instruction, f);
    }

    private static String simpleFields(Instruction instruction, Map<String, Object> f) {
        if (instruction instanceof Instruction.Workdir i) {
            f.put("Path", i.path());
            return "Workdir";
        } else if (instruction instanceof Instruction.User i) {
            f.put("User", i.user());
            return "User";
        } else if (instruction instanceof Instruction.Expose i) {
            f.put("Ports", i.ports());
            return "Expose";
        } else if (instruction instanceof Instruction.Volume i) {
            f.put("Volumes", i.paths());
            return "Volume";
        } else if (instruction instanceof Instruction.StopSignal i) {
            f.put("Signal", i.signal());
            return "StopSignal";
        } else if (instruction instanceof Instruction.Shell i) {
            f.put("Shell", i.words());
            return "Shell";
        } else if (instruction instanceof Instruction.OnBuild i) {
            f.put("Expression", i.trigger());
            return "Onbuild";
        } else if (instruction instanceof Instruction.Maintainer i) {
            f.put("Maintainer", i.name());
            return "Maintainer";
        } else if (instruction instanceof Instruction.Healthcheck i) {
            Map<String, Object> health = new LinkedHashMap<>();
            health.put("Test", i.test());
            health.put("Interval", i.interval().toNanos());
            health.put("Timeout", i.timeout().toNanos());
            health.put("StartPeriod", i.startPeriod().toNanos());
            health.put("StartInterval", i.startInterval().toNanos());
            health.put("Retries", i.retries());
            f.put("Health", health);
            return "HealthCheck";
        }
        throw new AssertionError("unexpected " + instruction);
    }

    private static void command(Map<String, Object> f, CommandLine command) {
        f.put("CmdLine", command.words());
        f.put("PrependShell", command.shell());
    }

    private static void sources(
            Map<String, Object> f,
            List<String> sources,
            List<Heredoc> contents,
            String destination,
            Optional<String> chown,
            Optional<String> chmod,
            boolean link,
            List<String> excludes) {
        f.put("SourcePaths", sources);
        f.put(
                "SourceContents",
                contents.stream()
                        .map(h -> Map.of("Path", h.name(), "Data", h.content(), "Expand", h.expand()))
                        .toList());
        f.put("DestPath", destination);
        f.put("Chown", chown.orElse(""));
        f.put("Chmod", chmod.orElse(""));
        f.put("Link", link);
        f.put("ExcludePatterns", excludes);
    }

    private static List<Map<String, Object>> pairs(List<KeyValue> pairs) {
        return pairs.stream()
                .map(p -> Map.<String, Object>of("Key", p.key(), "Value", p.value(), "NoDelim", p.legacy()))
                .toList();
    }

    private static List<Map<String, Object>> definitions(Instruction.Arg arg) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Instruction.Arg.Definition d : arg.definitions()) {
            Map<String, Object> out = new LinkedHashMap<>();
            out.put("Key", d.name());
            d.value().ifPresent(value -> out.put("Value", value.isEmpty() ? "<empty>" : value));
            out.put("DocComment", d.doc());
            all.add(out);
        }
        return all;
    }

    /** Without what says nothing: false, 0, empty texts and lists; but an ARG's empty value stays apart from none. */
    private static JsonNode dropEmpty(JsonNode node) {
        if (node.isArray()) {
            ArrayNode out = MAPPER.createArrayNode();
            node.forEach(item -> out.add(dropEmpty(item)));
            return out;
        }
        if (!node.isObject()) {
            return node.isMissingNode() ? MAPPER.createArrayNode() : node;
        }
        ObjectNode out = MAPPER.createObjectNode();
        node.properties().forEach(field -> {
            JsonNode value = dropEmpty(field.getValue());
            boolean argValue = field.getKey().equals("Value") && node.has("DocComment");
            if (argValue && value.isTextual() && value.asText().isEmpty()) {
                out.put("Value", "<empty>");
            } else if ((field.getKey().equals("Env") && value.isTextual()) || !saysNothing(value)) {
                out.set(
                        field.getKey(),
                        value.isNumber() ? MAPPER.getNodeFactory().numberNode(value.asLong()) : value);
            }
        });
        return out;
    }

    private static boolean saysNothing(JsonNode value) {
        return value.isNull()
                || (value.isBoolean() && !value.asBoolean())
                || (value.isNumber() && value.asLong() == 0)
                || (value.isTextual() && value.asText().isEmpty())
                || (value.isContainerNode() && value.isEmpty());
    }

    private static void expose(JsonNode v) throws Exception {
        JsonNode expect = v.get("expect");
        if (expect.has("error")) {
            UserError e = catchThrowableOfType(UserError.class, () -> ports(v));
            assertThat(e).isNotNull();
            assertThat(e.what()).contains(expect.get("error").asText());
            return;
        }
        List<String> ports = ports(v);
        if (expect.has("count")) {
            assertThat(ports).hasSize(expect.get("count").asInt());
            assertThat(ports.get(0)).isEqualTo(expect.get("first").asText());
            assertThat(ports.get(ports.size() - 1)).isEqualTo(expect.get("last").asText());
        } else {
            assertThat(ports).isEqualTo(Vectors.strings(expect.get("exposed_ports")));
        }
    }

    /** The ports of all EXPOSEs, sorted, each once, as an image's configuration has them. */
    private static List<String> ports(JsonNode v) throws UserError {
        Buildfile file = Buildfile.parse("Dockerfile", Vectors.input(v));
        Map<String, String> environment = new LinkedHashMap<>();
        TreeSet<String> ports = new TreeSet<>();
        for (Instruction instruction : file.stages().get(0).instructions()) {
            Instruction expanded = new Expansion(file.escape(), Environment.of(environment)).apply(instruction);
            if (expanded instanceof Instruction.Arg arg) {
                arg.definitions().forEach(d -> d.value().ifPresent(value -> environment.put(d.name(), value)));
            } else if (expanded instanceof Instruction.Expose expose) {
                ports.addAll(ExposedPorts.of(expose));
            }
        }
        return List.copyOf(ports);
    }
}
