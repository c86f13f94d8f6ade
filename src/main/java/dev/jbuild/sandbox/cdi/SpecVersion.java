package dev.jbuild.sandbox.cdi;

import java.util.List;

/** A version of the interface. Each knows some fields that those before it don't. */
record SpecVersion(String name) {
    /** From the oldest on. */
    private static final List<String> RELEASED =
            List.of("0.1.0", "0.2.0", "0.3.0", "0.4.0", "0.5.0", "0.6.0", "0.7.0", "0.8.0", "1.0.0", "1.1.0");

    static SpecVersion parse(String text) throws MalformedSpec {
        String name = text.startsWith("v") ? text.substring(1) : text;
        if (!RELEASED.contains(name)) {
            throw new MalformedSpec("cdiVersion \"" + text + "\" is unknown: known are " + String.join(", ", RELEASED));
        }
        return new SpecVersion(name);
    }

    /** Refuses what is too new for it. */
    void require(String version, String what) throws MalformedSpec {
        if (RELEASED.indexOf(name) < RELEASED.indexOf(version)) {
            throw new MalformedSpec(what + " needs cdiVersion " + version + " or later, not " + name);
        }
    }
}
