package dev.jbuild.sandbox;

/** What processes are given by crun. */
class CrunSandboxTest extends SandboxContract {
    @Override
    String runtime() {
        return "crun";
    }

    /** To be mended: the status is 1 and no cause is told, though crun logs it when it is called by hand. */
    @Override
    boolean tellsWhatTheKernelRefuses() {
        return false;
    }
}
