package dev.jbuild.sandbox.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CallProfileTest {
    private static List<CallRule> rules(String... capabilities) {
        return CallProfile.rules(List.of(capabilities)::contains);
    }

    private static List<CallRule> about(String call, String... capabilities) {
        return rules(capabilities).stream()
                .filter(rule -> rule.names().contains(call))
                .toList();
    }

    @Test
    void everyRestrictedCallIsKnownByName() {
        assertThat(RestrictedCall.ALL).allSatisfy(call -> {
            if (call.aarch64() != RestrictedCall.NONE || call.x86() != RestrictedCall.NONE) {
                assertThat(CallNames.ALL).contains(call.name());
            }
        });
    }

    @Test
    void callsAreAllowedToThoseWhoHaveTheCapability() {
        assertThat(about("mount"))
                .singleElement()
                .satisfies(rule -> assertThat(rule.errorNumber()).hasValue(1));
        assertThat(about("mount", "SYS_ADMIN"))
                .singleElement()
                .satisfies(rule -> assertThat(rule.errorNumber()).isEmpty());
        assertThat(about("openat"))
                .singleElement()
                .satisfies(rule -> assertThat(rule.errorNumber()).isEmpty());
    }

    @Test
    void whatIsNotNamedIsRefused() {
        assertThat(about("clone3")).isEmpty();
        assertThat(about("call_of_the_future")).isEmpty();
    }

    @Test
    void namespacesCanBeMadeByNobodyElse() {
        assertThat(about("clone"))
                .hasSize(8)
                .allSatisfy(rule -> assertThat(rule.conditions()).isNotEmpty());
        assertThat(about("clone", "SYS_ADMIN"))
                .singleElement()
                .satisfies(rule -> assertThat(rule.conditions()).isEmpty());
    }
}
