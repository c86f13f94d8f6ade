package dev.jbuild.sandbox;

/** The limits and privileges of processes of crun. Run by name: {@code -Dtest=CrunConfinementCampaign}. */
class CrunConfinementCampaign extends ConfinementContract {
    @Override
    String runtime() {
        return "crun";
    }
}
