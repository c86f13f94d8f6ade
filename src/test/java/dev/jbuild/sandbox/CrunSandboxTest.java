package dev.jbuild.sandbox;

/** What processes are given by crun. */
class CrunSandboxTest extends SandboxContract {
    @Override
    String runtime() {
        return "crun";
    }
}
