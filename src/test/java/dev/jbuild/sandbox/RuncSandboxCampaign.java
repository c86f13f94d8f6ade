package dev.jbuild.sandbox;

/** What processes are given by runc. Run by name: {@code -Dtest=RuncSandboxCampaign}. */
class RuncSandboxCampaign extends SandboxContract {
    @Override
    String runtime() {
        return "runc";
    }

    /** To be mended, as with crun: the status is 1 and no cause is told. */
    @Override
    boolean tellsWhatTheKernelRefuses() {
        return false;
    }
}
