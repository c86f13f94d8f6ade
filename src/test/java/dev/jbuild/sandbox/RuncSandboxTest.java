package dev.jbuild.sandbox;

import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What processes are given by runc. It takes its time: {@code -Djbuild.runtimes=all} runs it. */
@EnabledIfSystemProperty(named = "jbuild.runtimes", matches = "all")
class RuncSandboxTest extends SandboxContract {
    @Override
    String runtime() {
        return "runc";
    }
}
