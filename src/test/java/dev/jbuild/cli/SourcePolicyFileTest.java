package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.graph.policy.PolicyRule;
import dev.jbuild.graph.policy.PolicySelector;
import dev.jbuild.graph.policy.SourcePolicy;
import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourcePolicyFileTest {
    @TempDir
    private Path directory;

    private SourcePolicy read(String json) throws IOException, UserError {
        Path file = directory.resolve("policy.json");
        Files.writeString(file, json);
        return SourcePolicyFile.read(file);
    }

    @Test
    void namesAndNumbers() throws Exception {
        String json = "{\"version\": 1, \"rules\": [{\"action\": \"CONVERT\", \"selector\": {\"identifier\": \"a\","
                + " \"match_type\": \"REGEX\", \"constraints\": [{\"key\": \"k\", \"value\": \"v\", \"condition\": 2}]},"
                + " \"updates\": {\"identifier\": \"b\", \"attrs\": {\"x\": \"y\"}}},"
                + " {\"action\": 1, \"selector\": {\"identifier\": \"c\", \"matchType\": \"EXACT\"}},"
                + " {\"selector\": {}}]}";
        assertThat(read(json).rules())
                .containsExactly(
                        new PolicyRule(
                                PolicyRule.Action.CONVERT,
                                new PolicySelector(
                                        "a",
                                        PolicySelector.Match.REGEX,
                                        List.of(new PolicySelector.Constraint(
                                                "k", "v", PolicySelector.Condition.MATCHES))),
                                Optional.of(new PolicyRule.Update("b", Map.of("x", "y")))),
                        new PolicyRule(
                                PolicyRule.Action.DENY,
                                new PolicySelector("c", PolicySelector.Match.EXACT, List.of()),
                                Optional.empty()),
                        new PolicyRule(
                                PolicyRule.Action.ALLOW,
                                new PolicySelector("", PolicySelector.Match.WILDCARD, List.of()),
                                Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"rules\": {}}",
                "{\"rule\": []}",
                "{\"rules\": [{\"acton\": \"DENY\", \"selector\": {}}]}",
                "{\"rules\": [{\"action\": \"deny\", \"selector\": {}}]}",
                "{\"rules\": [{\"action\": \"DENY\"}]}",
                "{\"rules\": [{\"action\": \"CONVERT\", \"selector\": {\"identifier\": \"a\"}}]}",
                "{\"rules\": [{\"selector\": {\"identifier\": 1}}]}",
                "{\"rules\": [{\"selector\": {\"identifier\": \"(\", \"match_type\": \"REGEX\"}}]}",
                "{\"rules\": [{\"selector\": {}, \"updates\": {\"attrs\": {\"a\": 1}}}]}"
            })
    void whatIsNotKnownIsRefused(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("policy.json is wrong: ");
    }

    @Test
    void aFileThatIsNotThere() {
        assertThatThrownBy(() -> SourcePolicyFile.read(directory.resolve("none")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("can't be read");
    }
}
