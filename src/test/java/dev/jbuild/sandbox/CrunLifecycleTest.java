package dev.jbuild.sandbox;

/** How runs of crun end. */
class CrunLifecycleTest extends LifecycleContract {
    @Override
    String runtime() {
        return "crun";
    }
}
