package dev.jbuild.buildfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jbuild.problem.UserError;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class IgnorePatternsVectorsTest {
    @TestFactory
    Stream<DynamicTest> vectors() throws Exception {
        return Vectors.tests("dockerignore.json", v -> true, IgnorePatternsVectorsTest::check);
    }

    private static void check(JsonNode v) throws Exception {
        JsonNode expect = v.get("expect");
        switch (v.get("kind").asText()) {
            case "read" -> {
                byte[] input = Vectors.input(v);
                assertThat(IgnorePatterns.read(Utf8.decode(input, 0, input.length)))
                        .isEqualTo(Vectors.strings(expect.get("patterns")));
            }
            case "match" -> match(v, expect);
            case "walk" -> walk(v, expect.get("ignored"));
            default -> throw new AssertionError("unknown kind in " + v);
        }
    }

    private static void match(JsonNode v, JsonNode expect) throws UserError {
        List<String> patterns = Vectors.strings(v.get("patterns"));
        if (expect.path("error").asBoolean(false)) {
            assertThatThrownBy(() -> IgnorePatterns.of(patterns)).isInstanceOf(UserError.class);
            return;
        }
        IgnorePatterns ignore = IgnorePatterns.of(patterns);
        assertThat(ignore.ignores(v.get("path").asText()))
                .isEqualTo(expect.get("ignored").asBoolean());
    }

    private static void walk(JsonNode v, JsonNode expected) throws UserError {
        IgnorePatterns ignore = IgnorePatterns.of(Vectors.strings(v.get("patterns")));
        Map<String, IgnorePatterns.Entry> entries = new HashMap<>();
        entries.put("", ignore.root());
        for (String path : Vectors.strings(v.get("paths"))) {
            int slash = path.lastIndexOf('/');
            String above = slash < 0 ? "" : path.substring(0, slash);
            IgnorePatterns.Entry parent = entries.getOrDefault(above, ignore.root());
            IgnorePatterns.Entry entry = parent.child(path.substring(slash + 1));
            entries.put(path, entry);
            assertThat(entry.isIgnored()).as(path).isEqualTo(expected.get(path).asBoolean());
            if (!entry.isIgnored()) {
                assertThat(parent.isSubtreeIgnored())
                        .as("subtree above " + path)
                        .isFalse();
            }
        }
    }
}
