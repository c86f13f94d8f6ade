package dev.jbuild.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.UserError;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitAddressTest {
    private static GitAddress parse(String text) throws UserError {
        return GitAddress.parse(text).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.git",
                "./a.git",
                "/a/b.git",
                "https://example.com/a",
                "https://example.com/a?x=.git",
                "https://example.com/a#x.git",
                "https://example.com/a.git/",
                "ftp://example.com/a.git",
                "ext::sh -c x",
                "file:///a.git",
                "github.com/a/b",
                "me@example.com",
            })
    void whatIsNoRepository(String text) throws Exception {
        assertThat(GitAddress.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.com/a.git, https://example.com/a.git, '', ''",
        "HTTPS://example.com/a.git, HTTPS://example.com/a.git, '', ''",
        "https://example.com/a.git#main, https://example.com/a.git, main, ''",
        "https://example.com/a.git#main:x//y/../z/, https://example.com/a.git, main, x/z",
        "https://example.com/a.git#:../../x, https://example.com/a.git, '', x",
        "https://example.com/a.git?ref=a%2Fb&subdir=/x, https://example.com/a.git, a/b, x",
        "https://example.com/a.git?tag=v1, https://example.com/a.git, refs/tags/v1, ''",
        "https://example.com/a.git?tag=v1#refs/tags/v1, https://example.com/a.git, refs/tags/v1, ''",
        "https://example.com/a.git?branch=x, https://example.com/a.git, refs/heads/x, ''",
        "git://example.com/a, git://example.com/a, '', ''",
        "ssh://git@example.com:22/a#x, ssh://git@example.com:22/a, x, ''",
        "git@example.com:a/b.git#x:y, git@example.com:a/b.git, x, y",
        "git@example.com:a/b?ref=x, git@example.com:a/b, x, ''",
    })
    void addresses(String text, String remote, String ref, String subdir) throws Exception {
        GitAddress address = parse(text);
        assertThat(address.remote()).isEqualTo(remote);
        assertThat(address.ref()).isEqualTo(ref);
        assertThat(address.subdir()).isEqualTo(subdir);
    }

    @Test
    void whatElseAQuerySays() throws Exception {
        String query = "?commit=abc&keep-git-dir&submodules=false&mtime=commit&fetch-by-commit=1";
        assertThat(parse("https://example.com/a.git" + query))
                .isEqualTo(new GitAddress(
                        "https://example.com/a.git", "", "abc", "", Optional.of(true), Optional.of(false), true, true));
    }

    @ParameterizedTest
    @CsvSource({
        "ref=a&ref=b, 'query \"ref\" has multiple values'",
        "ref=, 'query \"ref\" has no value'",
        "what=1, 'unexpected query \"what\"'",
        "ref=a#b, 'ref conflicts: \"b\" vs \"a\"'",
        "tag=a#refs/heads/b, 'ref conflicts: \"refs/heads/b\" vs \"refs/tags/a\"'",
        "subdir=a#:b, 'subdir conflicts: \"b\" vs \"a\"'",
        "tag=a&branch=b, branch conflicts with tag",
        "keep-git-dir=x, 'invalid keep-git-dir value: \"x\"'",
        "mtime=x, 'invalid mtime value: \"x\" (must be \"checkout\" or \"commit\")'",
        "ref=-x, 'invalid git ref \"-x\"'",
    })
    void mistakes(String query, String message) {
        assertThatThrownBy(() -> parse("https://example.com/a.git?" + query))
                .isInstanceOf(UserError.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/a.git#--upload-pack=x",
                "ssh://-oProxyCommand=x/a",
                "-o@example.com:a",
                "git@-example.com:a",
                "https://example.com/a.git#a%0ab",
            })
    void nothingBecomesAnOption(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(UserError.class).hasMessageStartingWith("invalid git ");
    }

    @Test
    void contextsMayLeaveTheSchemeOut() throws Exception {
        assertThat(GitAddress.parseContext("github.com/a/b#x").orElseThrow().remote())
                .isEqualTo("https://github.com/a/b");
        assertThat(GitAddress.parseContext("dir/github.com/a")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0123456789012345678901234567890123456789, true",
        "012345678901234567890123456789012345678, false",
        "012345678901234567890123456789012345678g, false",
        "main, false",
    })
    void commits(String ref, boolean commit) {
        assertThat(GitAddress.isCommit(ref)).isEqualTo(commit);
    }
}
