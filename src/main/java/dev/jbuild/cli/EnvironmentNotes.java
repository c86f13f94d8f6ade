package dev.jbuild.cli;

import dev.jbuild.config.EnvironmentVariable;

/** Says of variables that other builders heed what becomes of them here. */
final class EnvironmentNotes {
    private final Console console;

    EnvironmentNotes(Console console) {
        this.console = console;
    }

    /** @param debug whether to speak of those too that change nothing */
    void print(boolean debug) {
        console.variable(EnvironmentVariable.BUILDAH_ISOLATION)
                .filter(isolation -> IsolationFlag.parse(isolation).isEmpty())
                .ifPresent(isolation -> console.err()
                        .println("WARNING: BUILDAH_ISOLATION=" + isolation
                                + " is unknown: steps run in namespaces of their own"));
        console.variable(EnvironmentVariable.STORAGE_DRIVER)
                .filter(driver -> StorageDriverFlag.parse(driver).isEmpty())
                .ifPresent(driver -> console.err()
                        .println("WARNING: STORAGE_DRIVER=" + driver + " is unknown (" + StorageDriverFlag.KNOWN
                                + "): the best one that works is used"));
        if (!debug) {
            return;
        }
        for (EnvironmentVariable variable : EnvironmentVariable.of(EnvironmentVariable.Use.IGNORED)) {
            console.variable(variable)
                    .ifPresent(value ->
                            console.err().println("DEBUG: " + variable.name() + " is ignored: " + variable.doc()));
        }
    }
}
