package dev.jbuild.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A way to join a network namespace to the outside. */
sealed interface NetworkHelper permits UserModeHelper, BridgeHelper {
    /** The name of the namespace in the directory of its holder. */
    String NAMESPACE = "net";

    /** Of its program. */
    String name();

    /** Whether processes reach the name servers that listen on the host's loopback, by {@link UserModeHelper#NAME_SERVER}. */
    boolean forwardsNames();

    /**
     * The command that makes a namespace, has it joined, and holds both, as {@link NetworkHolder} wants it.
     *
     * @param program the {@code jbuild-sandbox} executable
     * @param directory in which the namespace has a name that only this command sees
     */
    List<String> holding(Path program, Path directory) throws IOException;
}
