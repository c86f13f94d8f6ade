package dev.jbuild.sandbox;

/** What processes are given by crun. */
class CrunSandboxTest extends SandboxContract {
    @Override
    String runtime() {
        return "crun";
    }

    /** The log of crun 1.8.1 says nothing of that, and its status is 1. */
    @Override
    boolean tellsWhatTheKernelRefuses() {
        return false;
    }
}
