package dev.jbuild.buildfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class LinterVectorsTest {
    @TestFactory
    Stream<DynamicTest> vectors() throws Exception {
        return Vectors.tests("lint.json", v -> true, LinterVectorsTest::check);
    }

    private static void check(JsonNode v) throws Exception {
        JsonNode expect = v.get("expect");
        LintReport report = Linter.check("Dockerfile", Vectors.input(v), new Given(v), Scope.ALL);
        List<String> wanted = new ArrayList<>();
        expect.get("warnings")
                .forEach(w -> wanted.add(w.get("lines").get(0).asInt() + " "
                        + w.get("rule").asText() + ": " + w.get("detail").asText()));
        assertThat(report.warnings().stream()
                        .map(w -> w.range().startLine() + " " + w.rule().title() + ": " + w.detail()))
                .containsExactlyInAnyOrderElementsOf(wanted);
        String problem =
                report.problem().or(report::refusal).map(UserError::what).orElse("");
        assertThat(problem).isEqualTo(expect.path("build_error").asText(""));
    }

    /** Base images are for linux/amd64 and set a PATH, unless a vector says otherwise. */
    record Given(JsonNode vector) implements Surroundings {
        @Override
        public Map<String, String> predefined() {
            Map<String, String> predefined = new LinkedHashMap<>();
            for (String side : List.of("BUILD", "TARGET")) {
                predefined.put(side + "PLATFORM", "linux/amd64");
                predefined.put(side + "OS", "linux");
                predefined.put(side + "OSVERSION", "");
                predefined.put(side + "ARCH", "amd64");
                predefined.put(side + "VARIANT", "");
            }
            predefined.put("TARGETSTAGE", "default");
            return predefined;
        }

        @Override
        public Map<String, String> buildArgs() {
            return Map.of();
        }

        @Override
        public Optional<IgnorePatterns> ignorePatterns() {
            if (!vector.hasNonNull("dockerignore")) {
                return Optional.empty();
            }
            try {
                return Optional.of(
                        IgnorePatterns.parse(vector.get("dockerignore").asText()));
            } catch (UserError e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public boolean isImageName(String text) {
            return text.matches("[a-z0-9][a-z0-9._/-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?(@sha256:[0-9a-f]{64})?");
        }

        @Override
        public Optional<PlatformName> platform(String text) {
            List<String> parts = Arrays.asList(text.split("/", -1));
            return parts.size() > 1
                    ? Optional.of(new PlatformName(parts.get(0), parts.get(1), text))
                    : Optional.empty();
        }

        @Override
        public PlatformName targetPlatform() {
            return new PlatformName("linux", "amd64", "linux/amd64");
        }

        @Override
        public Base base(String image, Optional<String> platform) {
            String actual = vector.path("base_images").path(image).asText("linux/amd64");
            return new Base(Map.of("PATH", "/bin"), false, platform(actual), List.of(), true);
        }
    }
}
