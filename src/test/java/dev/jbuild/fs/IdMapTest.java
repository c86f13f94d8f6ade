package dev.jbuild.fs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdMapTest {
    private static final IdMap OF_USER =
            IdMap.parse("         0       1500          1\n         1     200000      65536\n");

    @Test
    void idsOfTheMachineAreAll() {
        assertThat(IdMap.parse("         0          0 4294967295\n").isOfMachine())
                .isTrue();
        assertThat(IdMap.parse("         0          0      65536\n").isOfMachine())
                .isFalse();
        assertThat(OF_USER.isOfMachine()).isFalse();
    }

    @Test
    void rangesHaveTheirIdsAndNoOthers() {
        assertThat(OF_USER.has(0)).isTrue();
        assertThat(OF_USER.has(1)).isTrue();
        assertThat(OF_USER.has(65536)).isTrue();
        assertThat(OF_USER.has(65537)).isFalse();
        assertThat(OF_USER.count()).isEqualTo(65537);
    }
}
