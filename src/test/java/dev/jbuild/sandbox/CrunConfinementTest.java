package dev.jbuild.sandbox;

import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The limits and privileges of processes of crun. It takes its time: {@code -Djbuild.runtimes=all} runs it. */
@EnabledIfSystemProperty(named = "jbuild.runtimes", matches = "all")
class CrunConfinementTest extends ConfinementContract {
    @Override
    String runtime() {
        return "crun";
    }
}
