package dev.jbuild.buildfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jbuild.problem.UserError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class WordExpanderVectorsTest {
    @TestFactory
    Stream<DynamicTest> vectors() throws Exception {
        return Vectors.tests("shell-words.json", v -> true, WordExpanderVectorsTest::check);
    }

    private static void check(JsonNode v) throws Exception {
        List<String> assignments = Vectors.strings(v.path("env"));
        Environment environment = v.path("platform").asText("all").equals("windows")
                ? Environment.ofIgnoringCase(assignments)
                : Environment.of(assignments);
        WordExpander expander = new WordExpander(
                v.path("escape").asText("\\").charAt(0),
                v.path("raw_quotes").asBoolean(false),
                v.path("raw_escapes").asBoolean(false),
                v.path("skip_unset").asBoolean(false),
                v.path("skip_process_quotes").asBoolean(false));
        String input = new String(Vectors.input(v), StandardCharsets.UTF_8);
        JsonNode expect = v.get("expect");
        if (expect.has("error")) {
            UserError e = catchThrowableOfType(UserError.class, () -> expander.expand(input, environment));
            assertThat(e).isNotNull();
            assertThat(e.what()).isEqualTo(expect.get("error").asText());
            return;
        }
        WordExpander.Result result = expander.expand(input, environment);
        if (expect.has("words")) {
            assertThat(result.words()).isEqualTo(Vectors.strings(expect.get("words")));
        }
        if (expect.has("word")) {
            assertThat(result.word()).isEqualTo(expect.get("word").asText());
        }
        if (expect.has("used")) {
            assertThat(result.used()).containsExactlyInAnyOrderElementsOf(Vectors.strings(expect.get("used")));
        }
        if (expect.has("unset")) {
            assertThat(result.unset()).containsExactlyInAnyOrderElementsOf(Vectors.strings(expect.get("unset")));
        }
    }
}
