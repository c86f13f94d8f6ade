package dev.jbuild.graph.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.graph.GitAddress;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.policy.PolicyRule.Action;
import dev.jbuild.graph.policy.PolicySelector.Condition;
import dev.jbuild.graph.policy.PolicySelector.Constraint;
import dev.jbuild.graph.policy.PolicySelector.Match;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.UserError;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SourcePolicyTest {
    private static final String HUB = "docker-image://docker.io/library/";

    private static SourcePolicy policy(PolicyRule... rules) {
        return new SourcePolicy(List.of(rules), "policy.json");
    }

    private static PolicyRule rule(Action action, Match match, String identifier) {
        return new PolicyRule(action, new PolicySelector(identifier, match, List.of()), Optional.empty());
    }

    private static PolicyRule convert(Match match, String identifier, String to, Map<String, String> attributes) {
        return new PolicyRule(
                Action.CONVERT,
                new PolicySelector(identifier, match, List.of()),
                Optional.of(new PolicyRule.Update(to, attributes)));
    }

    private static PolicyRule convert(Match match, String identifier, String to) {
        return convert(match, identifier, to, Map.of());
    }

    private static String image(SourcePolicy policy, String name) throws UserError {
        return policy.image(ImageReference.parse(name), false).toString();
    }

    @Test
    void theLastRuleThatAllowsOrDeniesHolds() throws UserError {
        PolicyRule allow = rule(Action.ALLOW, Match.WILDCARD, HUB + "busybox:latest");
        PolicyRule deny = rule(Action.DENY, Match.WILDCARD, HUB + "*");
        assertThat(image(policy(deny, allow), "busybox")).isEqualTo("docker.io/library/busybox:latest");
        assertThatThrownBy(() -> image(policy(allow, deny), "busybox"))
                .isInstanceOf(UserError.class)
                .hasMessage("source \"docker-image://docker.io/library/busybox:latest\" denied by policy");
        assertThatThrownBy(() -> image(policy(deny, allow), "alpine")).hasMessageContaining("denied by policy");
        assertThat(image(policy(deny, allow), "example.com/alpine")).isEqualTo("example.com/alpine:latest");
    }

    @Test
    void whatIsConvertedIsAskedAboutAgain() throws UserError {
        PolicyRule busybox = convert(Match.WILDCARD, HUB + "busybox:latest", HUB + "alpine:latest");
        PolicyRule alpine = convert(Match.EXACT, HUB + "alpine:latest", HUB + "debian:12");
        assertThat(image(policy(busybox, alpine), "busybox")).isEqualTo("docker.io/library/debian:12");
        PolicyRule noAlpine = rule(Action.DENY, Match.WILDCARD, HUB + "alpine:*");
        assertThatThrownBy(() -> image(policy(noAlpine, busybox), "busybox"))
                .hasMessageContaining("alpine:latest\" denied");
        PolicyRule back = convert(Match.EXACT, HUB + "alpine:latest", HUB + "busybox:latest");
        assertThatThrownBy(() -> image(policy(busybox, back), "busybox")).hasMessageContaining("without end");
    }

    @Test
    void patternsFillTemplates() throws UserError {
        PolicyRule wildcard = convert(Match.WILDCARD, HUB + "golang:*", "docker-image://fake.io/go:${1}-x");
        assertThat(image(policy(wildcard), "golang:1.19")).isEqualTo("fake.io/go:1.19-x");
        PolicyRule regex =
                convert(Match.REGEX, "^docker-image://docker\\.io/(?:library/)?(.*)$", "docker-image://m.io/$1");
        assertThat(image(policy(regex), "golang:1.19")).isEqualTo("m.io/golang:1.19");
        PolicyRule word = convert(Match.REGEX, "golang:(.*)", "go:$1x$2");
        assertThat(policy(word).evaluate(PolicySource.of("a golang:1")).identifier())
                .isEqualTo("a go:");
        PolicyRule exact = convert(Match.EXACT, HUB + "golang:*", HUB + "x");
        assertThat(image(policy(exact), "golang:1.19")).isEqualTo("docker.io/library/golang:1.19");
    }

    @Test
    void constraintsMustHold() throws UserError {
        PolicySelector selector = new PolicySelector(
                "https://example.com/*",
                Match.WILDCARD,
                List.of(
                        new Constraint("http.checksum", "", Condition.EQUAL),
                        new Constraint("http.filename", "^a", Condition.MATCHES),
                        new Constraint("http.filename", "ab", Condition.NOTEQUAL)));
        SourcePolicy policy = policy(new PolicyRule(Action.DENY, selector, Optional.empty()));
        Op.Http plain = new Op.Http("https://example.com/a", "a", Optional.empty());
        assertThatThrownBy(() -> policy.apply(plain)).hasMessageContaining("denied");
        Op ab = new Op.Http("https://example.com/ab", "ab", Optional.empty());
        assertThat(policy.apply(ab)).isEqualTo(ab);
        Op checked = new Op.Http("https://example.com/a", "a", Optional.of(Digest.sha256(new byte[0])));
        assertThat(policy.apply(checked)).isEqualTo(checked);
    }

    @Test
    void filesGetChecksumsAndAddresses() throws UserError {
        String digest = Digest.sha256(new byte[0]).toString();
        Op.Http plain = new Op.Http("https://example.com/a", "a", Optional.empty());
        PolicyRule pin = convert(Match.WILDCARD, plain.url(), "", Map.of("http.checksum", digest));
        PolicyRule move = convert(Match.WILDCARD, "https://example.com/*", "http://mirror/${1}");
        assertThat(policy(pin, move).apply(plain))
                .isEqualTo(new Op.Http("http://mirror/a", "a", Optional.of(Digest.parse(digest))));
        PolicyRule unknown = convert(Match.WILDCARD, plain.url(), "", Map.of("http.perm", "0755"));
        assertThatThrownBy(() -> policy(unknown).apply(plain)).hasMessageContaining("http.perm");
        PolicyRule image = convert(Match.WILDCARD, plain.url(), HUB + "x");
        assertThatThrownBy(() -> policy(image).apply(plain)).hasMessageContaining("no such source");
    }

    @Test
    void repositoriesAreNamedByHostAndPath() throws UserError {
        Op.Git git = Op.Git.of(
                GitAddress.parse("https://example.com/a/b.git#main:dir").orElseThrow());
        String identifier = "git://example.com/a/b.git#main:dir";
        PolicyRule pin = convert(Match.EXACT, identifier, "git://example.com/a/b.git#v1:dir");
        assertThat(policy(pin).apply(git))
                .isEqualTo(Op.Git.of(
                        GitAddress.parse("https://example.com/a/b.git#v1:dir").orElseThrow()));
        PolicyRule move = convert(Match.WILDCARD, "git://example.com/*", "git://mirror.org/${1}");
        assertThat(policy(move).apply(git))
                .isEqualTo(Op.Git.of(
                        GitAddress.parse("https://mirror.org/a/b.git#main:dir").orElseThrow()));
        PolicyRule same = convert(
                Match.WILDCARD, identifier, "", Map.of("git.fullurl", "ssh://git@m/b.git", "git.checksum", "ab"));
        Op.Git changed = (Op.Git) policy(same).apply(git);
        assertThat(changed.remote()).isEqualTo("ssh://git@m/b.git");
        assertThat(changed.checksum()).isEqualTo("ab");
        Op.Git scp = Op.Git.of(GitAddress.parse("git@example.com:a/b.git").orElseThrow());
        assertThatThrownBy(() -> policy(rule(Action.DENY, Match.EXACT, "git://example.com/a/b.git"))
                        .apply(scp))
                .hasMessageContaining("denied");
    }

    @Test
    void patternsAreCheckedWhenMade() {
        assertThatThrownBy(() -> new PolicySelector("a**", Match.WILDCARD, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PolicySelector("(", Match.REGEX, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
