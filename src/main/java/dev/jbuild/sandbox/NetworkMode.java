package dev.jbuild.sandbox;

/** The network of a process. */
public enum NetworkMode {
    /** An own network namespace with nothing but loopback. */
    NONE,
    /** The network of the host. */
    HOST
}
