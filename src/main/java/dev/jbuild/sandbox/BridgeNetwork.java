package dev.jbuild.sandbox;

import java.nio.file.Path;

/**
 * A bridge with a block of 256 addresses, of which the machine has one and a namespace another. The native program gives the
 * number, for which {@link #NUMBER} stands.
 *
 * @param block the first two numbers of the addresses
 * @param namespace the file by which the namespace can be entered
 */
record BridgeNetwork(String block, Path namespace) {
    static final String NUMBER = "\1";
    /** How many there may be at once. */
    static final int COUNT = 256;
    /** What names of bridges begin with. */
    static final String PREFIX = "jbuild";

    static final String INTERFACE = "eth0";

    String name() {
        return PREFIX + NUMBER;
    }

    String subnet() {
        return address(0) + "/24";
    }

    /** The machine's address. */
    String gateway() {
        return address(1);
    }

    /** The namespace's address. */
    String address() {
        return address(2);
    }

    private String address(int last) {
        return block + "." + NUMBER + "." + last;
    }
}
