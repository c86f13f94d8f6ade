package dev.jbuild.sandbox;

import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** How runs of runc end. It takes its time: {@code -Djbuild.runtimes=all} runs it. */
@EnabledIfSystemProperty(named = "jbuild.runtimes", matches = "all")
class RuncLifecycleTest extends LifecycleContract {
    @Override
    String runtime() {
        return "runc";
    }
}
