package dev.jbuild.sandbox;

/** The network of a process. */
public enum NetworkMode {
    /** {@link #PRIVATE} where this machine has what that takes, {@link #HOST} with a notice elsewhere. */
    DEFAULT,
    /** An own network namespace with nothing but loopback. */
    NONE,
    /** The network of the host. */
    HOST,
    /** An own network namespace that only leads out: neither the host's loopback nor other processes' is reached. */
    PRIVATE,
    /** An own network namespace on a bridge of this machine, which leads out and to the machine; only for root. */
    BRIDGE
}
