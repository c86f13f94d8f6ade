package dev.jbuild.sandbox;

/** What processes are given by runc. Run by name: {@code -Dtest=RuncSandboxCampaign}. */
class RuncSandboxCampaign extends SandboxContract {
    @Override
    String runtime() {
        return "runc";
    }
}
