package dev.jbuild.sandbox;

/** How runs of the native program end. */
class SandboxLifecycleTest extends LifecycleContract {
    @Override
    String runtime() {
        return "";
    }
}
