package dev.jbuild.sandbox;

/** The limits and privileges of processes of runc. */
class RuncConfinementTest extends ConfinementContract {
    @Override
    String runtime() {
        return "runc";
    }
}
