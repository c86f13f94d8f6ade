package dev.jbuild.buildfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jbuild.problem.UserError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class FileParserVectorsTest {
    @TestFactory
    Stream<DynamicTest> vectors() throws Exception {
        return Vectors.tests("parser.json", v -> true, FileParserVectorsTest::check);
    }

    private static void check(JsonNode v) throws Exception {
        JsonNode expect = v.get("expect");
        switch (v.get("kind").asText()) {
            case "parse" -> parse(v, expect);
            case "detect_syntax" -> detect(Directives.syntax(text(v)), expect, "ref", "cmdline");
            case "get_directive" ->
                detect(Directives.find(v.get("directive").asText(), text(v)), expect, "first_word", "value");
            case "list_directives" -> directives(Directives.of(text(v)), expect.get("directives"));
            case "check_options" -> options(v, expect);
            case "heredoc_word" -> heredocWord(v, expect);
            default -> throw new AssertionError("unknown kind in " + v);
        }
    }

    private static String text(JsonNode v) {
        return new String(Vectors.input(v), StandardCharsets.UTF_8);
    }

    private static void parse(JsonNode v, JsonNode expect) throws Exception {
        byte[] input = Vectors.input(v);
        if (expect.has("error")) {
            UserError e = catchThrowableOfType(UserError.class, () -> new FileParser("Dockerfile", input).parse());
            assertThat(e).isNotNull();
            assertThat(e.what()).contains(expect.get("error").asText());
            if (expect.hasNonNull("line")) {
                int line = expect.get("line").asInt();
                assertThat(e.where().orElseThrow().firstLine()).isEqualTo(line);
            }
            return;
        }
        FileParser.Parsed parsed = new FileParser("Dockerfile", input).parse();
        if (expect.has("instructions")) {
            assertThat(parsed.nodes()).hasSize(expect.get("instructions").asInt());
            return;
        }
        if (expect.has("flags_correct")) {
            List<String> flags = parsed.nodes().get(parsed.nodes().size() - 1).flags();
            assertThat(flags).isEqualTo(Vectors.strings(expect.get("flags_correct")));
            return;
        }
        assertThat(dump(parsed.nodes())).isEqualTo(expect.get("ast_dump").asText());
        assertThat(Character.toString(parsed.escape()))
                .isEqualTo(expect.get("escape").asText());
        warnings(parsed.warnings(), expect.path("warnings"));
        assertThat(parsed.nodes()).hasSameSizeAs(expect.get("nodes"));
        for (int i = 0; i < parsed.nodes().size(); i++) {
            node(parsed.nodes().get(i), expect.get("nodes").get(i), true);
        }
    }

    private static String dump(List<Node> nodes) {
        return nodes.stream().map(n -> "(" + dump(n) + ")").collect(Collectors.joining("\n"));
    }

    private static String dump(Node node) {
        StringBuilder out = new StringBuilder(Text.lower(node.keyword()));
        if (!node.flags().isEmpty()) {
            out.append(node.flags().stream().map(Text::quote).collect(Collectors.joining(" ", " [", "]")));
        }
        node.args().forEach(arg -> out.append(' ').append(Text.quote(arg)));
        node.sub().ifPresent(sub -> out.append(" (").append(dump(sub)).append(")"));
        return out.toString();
    }

    private static void warnings(List<ParseWarning> warnings, JsonNode expected) {
        List<String> found = warnings.stream()
                .map(w -> w.range().startLine() + " " + w.message())
                .toList();
        List<String> wanted = new ArrayList<>();
        expected.forEach(
                w -> wanted.add(w.get("line").asInt() + " " + w.get("short").asText()));
        assertThat(found).isEqualTo(wanted);
    }

    private static void node(Node node, JsonNode expected, boolean top) {
        assertThat(node.keyword()).isEqualTo(expected.get("value").asText());
        assertThat(node.original()).isEqualTo(expected.get("original").asText());
        assertThat(node.flags()).isEqualTo(Vectors.strings(expected.path("flags")));
        assertThat(node.json())
                .isEqualTo(expected.path("attributes").path("json").asBoolean(false));
        JsonNode args = expected.path("args");
        if (node.sub().isPresent()) {
            assertThat(args).hasSize(1);
            node(node.sub().get(), args.get(0), false);
        } else {
            assertThat(node.args()).isEqualTo(Vectors.strings(args));
        }
        if (top) {
            assertThat(node.range())
                    .isEqualTo(new SourceRange(
                            expected.get("start_line").asInt(),
                            expected.get("end_line").asInt()));
            assertThat(node.comments()).isEqualTo(Vectors.strings(expected.path("prev_comment")));
        }
        List<Heredoc> heredocs = new ArrayList<>();
        expected.path("heredocs").forEach(h -> heredocs.add(heredoc(h)));
        assertThat(node.heredocs()).isEqualTo(heredocs);
    }

    private static Heredoc heredoc(JsonNode h) {
        return new Heredoc(
                h.get("name").asText(),
                h.get("fd").asInt(),
                h.get("expand").asBoolean(),
                h.get("chomp").asBoolean(),
                h.path("content").asText(""));
    }

    private static void detect(Optional<Directive> found, JsonNode expect, String first, String all) {
        assertThat(found.isPresent()).isEqualTo(expect.get("found").asBoolean());
        if (found.isPresent()) {
            assertThat(found.get().firstWord()).isEqualTo(expect.get(first).asText());
            assertThat(found.get().value()).isEqualTo(expect.get(all).asText());
            assertThat(found.get().line()).isEqualTo(expect.get("line").asInt());
        }
    }

    private static void directives(List<Directive> found, JsonNode expected) {
        List<Directive> wanted = new ArrayList<>();
        expected.forEach(d -> wanted.add(new Directive(
                d.get("name").asText(), d.get("value").asText(), d.get("line").asInt())));
        assertThat(found).isEqualTo(wanted);
    }

    private static void options(JsonNode v, JsonNode expect) throws Exception {
        if (expect.has("error")) {
            UserError e = catchThrowableOfType(UserError.class, () -> CheckOptions.parse(text(v)));
            assertThat(e).isNotNull();
            assertThat(e.what()).contains(expect.get("error").asText());
            return;
        }
        assertThat(CheckOptions.parse(text(v)))
                .isEqualTo(new CheckOptions(
                        expect.get("skip_all").asBoolean(),
                        Vectors.strings(expect.get("skip")),
                        expect.get("return_as_error").asBoolean(),
                        expect.get("experimental_all").asBoolean(),
                        Vectors.strings(expect.get("experimental"))));
    }

    private static void heredocWord(JsonNode v, JsonNode expect) throws Exception {
        if (expect.has("error")) {
            UserError e = catchThrowableOfType(UserError.class, () -> HeredocWords.parse(text(v)));
            assertThat(e).isNotNull();
            assertThat(e.what()).contains(expect.get("error").asText());
            return;
        }
        Optional<Heredoc> wanted =
                expect.get("heredoc").isNull() ? Optional.empty() : Optional.of(heredoc(expect.get("heredoc")));
        assertThat(HeredocWords.parse(text(v))).isEqualTo(wanted);
    }
}
