package dev.jbuild.context.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GitCredentialsTest {
    private static Map<String, String> variables(Map<String, String> secrets, String remote) throws Exception {
        return new GitCredentials(id -> Optional.ofNullable(secrets.get(id))).variables(remote);
    }

    @Test
    void tokensGoToTheirRepository() throws Exception {
        assertThat(variables(Map.of("GIT_AUTH_TOKEN", "t\n"), "https://example.com/a.git"))
                .isEqualTo(Map.of(
                        "GIT_CONFIG_COUNT", "1",
                        "GIT_CONFIG_KEY_0", "http.https://example.com/a.git.extraheader",
                        "GIT_CONFIG_VALUE_0", "Authorization: basic eC1hY2Nlc3MtdG9rZW46dA=="));
    }

    @Test
    void theHostsOwnComeFirst() throws Exception {
        Map<String, String> secrets = Map.of("GIT_AUTH_TOKEN", "t", "GIT_AUTH_HEADER.example.com:8080", "h");
        assertThat(variables(secrets, "https://example.com:8080/a.git"))
                .containsEntry("GIT_CONFIG_VALUE_0", "Authorization: h");
    }

    @Test
    void repositoriesOfGitHubShareAToken() throws Exception {
        assertThat(variables(Map.of("GIT_AUTH_TOKEN", "t"), "https://github.com/a/b.git"))
                .containsEntry("GIT_CONFIG_KEY_0", "http.https://github.com/.extraheader");
    }

    @Test
    void sshHasItsOwnKeys() throws Exception {
        assertThat(variables(Map.of("GIT_AUTH_TOKEN", "t"), "git@example.com:a.git"))
                .isEmpty();
        assertThat(variables(Map.of(), "https://example.com/a.git")).isEmpty();
    }
}
