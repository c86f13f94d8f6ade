package dev.jbuild.sandbox;

/** How runs of runc end. Run by name: {@code -Dtest=RuncLifecycleCampaign}. */
class RuncLifecycleCampaign extends LifecycleContract {
    @Override
    String runtime() {
        return "runc";
    }
}
