package dev.jbuild.sandbox;

/** How a process is kept apart from the machine. */
public enum Isolation {
    /** By namespaces of its own. */
    NAMESPACES,
    /** By a root directory of its own and no more, where namespaces and mounts aren't allowed. */
    CHROOT
}
