package dev.jbuild.sandbox.cdi;

import java.util.Map;

/**
 * A device that containers can get.
 *
 * @param spec the file that describes it
 * @param name without vendor and class
 * @param annotations of it and of all devices of the file
 * @param edits for whoever gets it
 */
public record CdiDevice(CdiSpec spec, String name, Map<String, String> annotations, ContainerEdits edits) {
    private static final String CLASS = "org.mobyproject.buildkit.device.class";
    private static final String AUTO_ALLOW = "org.mobyproject.buildkit.device.autoallow";

    public CdiDevice {
        annotations = Map.copyOf(annotations);
    }

    /** {@code vendor/class=name}. */
    public String qualifiedName() {
        return spec.kind() + "=" + name;
    }

    /** Whether it may be used without being allowed: an administrator wrote so. */
    public boolean isAutoAllowed() {
        String value = annotations.getOrDefault(AUTO_ALLOW, "");
        return value.matches("1|t|T|true|TRUE|True");
    }

    /** Whether it can be asked for by that name as well, together with others. */
    boolean isOfClass(String wanted) {
        return wanted.equals(annotations.get(CLASS));
    }
}
