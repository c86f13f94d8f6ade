package dev.jbuild.oci;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An operating system and a processor, as containerd writes and normalises them: {@code os[(osversion)]/arch[/variant]}.
 *
 * @param variant empty when there is none
 * @param osVersion empty when there is none
 */
public record Platform(String os, String architecture, String variant, String osVersion) {
    private static final Pattern OS_AND_VERSION = Pattern.compile("([A-Za-z0-9_-]+)(?:\\(([A-Za-z0-9_.%-]*)\\))?");
    private static final Pattern COMPONENT = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final Pattern VARIANT = Pattern.compile("v?([0-9]{1,3})(?:\\.[0-9]+)?");

    public Platform(String os, String architecture) {
        this(os, architecture, "", "");
    }

    /**
     * Parses a specifier; a lone {@code arm64} or {@code linux} is completed from {@code host}.
     *
     * @throws IllegalArgumentException if it isn't a platform
     */
    public static Platform parse(String text, Platform host) {
        String[] parts = text.split("/", 4);
        Matcher first = OS_AND_VERSION.matcher(parts[0]);
        if (!first.matches()) {
            throw invalid("\"" + parts[0] + "\" is an invalid OS component of \"" + text
                    + "\": OSAndVersion specifier component must match \"^" + OS_AND_VERSION + "$\"");
        }
        for (int i = 1; i < parts.length; i++) {
            if (!COMPONENT.matcher(parts[i]).matches()) {
                throw invalid("\"" + parts[i] + "\" is an invalid component of \"" + text
                        + "\": platform specifier component must match \"^" + COMPONENT + "$\"");
            }
        }
        if (parts.length > 3) {
            throw invalid("\"" + text + "\": cannot parse platform specifier");
        }
        String os = normaliseOs(first.group(1));
        String version = first.group(2) == null ? "" : first.group(2);
        if (parts.length == 1) {
            return completed(text, os, version, host);
        }
        return normalised(os, parts[1], parts.length == 3 ? parts[2] : "", version);
    }

    /** Says what is wrong as containerd does. */
    private static IllegalArgumentException invalid(String what) {
        return new IllegalArgumentException(what + ": invalid argument");
    }

    private static Platform completed(String text, String osOrArchitecture, String version, Platform host) {
        if (isKnownOs(osOrArchitecture)) {
            String variant = osOrArchitecture.equals(host.os) ? host.variant : "";
            return new Platform(osOrArchitecture, host.architecture, variant, version);
        }
        Platform platform = normalised(host.os, osOrArchitecture, "", "");
        if (!isKnownArchitecture(platform.architecture)) {
            throw invalid("\"" + text + "\": unknown operating system or architecture");
        }
        return platform;
    }

    /** This platform under the names that containerd gives systems, processors and variants. */
    public Platform normalised() {
        return normalised(normaliseOs(os), architecture, variant, osVersion);
    }

    private static String normaliseOs(String os) {
        String lower = os.toLowerCase(Locale.ROOT);
        return lower.equals("macos") ? "darwin" : lower;
    }

    private static boolean isKnownOs(String os) {
        return switch (os) {
            case "aix",
                    "android",
                    "darwin",
                    "dragonfly",
                    "freebsd",
                    "hurd",
                    "illumos",
                    "ios",
                    "js",
                    "linux",
                    "nacl",
                    "netbsd",
                    "openbsd",
                    "plan9",
                    "solaris",
                    "wasip1",
                    "windows",
                    "zos" -> true;
            default -> false;
        };
    }

    private static boolean isKnownArchitecture(String arch) {
        return switch (arch) {
            case "386",
                    "amd64",
                    "amd64p32",
                    "arm",
                    "armbe",
                    "arm64",
                    "arm64be",
                    "ppc64",
                    "ppc64le",
                    "loong64",
                    "mips",
                    "mipsle",
                    "mips64",
                    "mips64le",
                    "mips64p32",
                    "mips64p32le",
                    "ppc",
                    "riscv",
                    "riscv64",
                    "s390",
                    "s390x",
                    "sparc",
                    "sparc64",
                    "wasm" -> true;
            default -> false;
        };
    }

    private static Platform normalised(String os, String arch, String variant, String osVersion) {
        String a = arch.toLowerCase(Locale.ROOT);
        String v = variant.toLowerCase(Locale.ROOT);
        switch (a) {
            case "i386" -> {
                a = "386";
                v = "";
            }
            case "x86_64", "x86-64", "amd64" -> {
                a = "amd64";
                v = v.equals("v1") ? "" : v;
            }
            case "aarch64", "arm64" -> {
                a = "arm64";
                v = switch (v) {
                    case "8", "v8", "v8.0" -> "";
                    case "9", "9.0", "v9.0" -> "v9";
                    default -> v;
                };
            }
            case "armhf" -> {
                a = "arm";
                v = "v7";
            }
            case "armel" -> {
                a = "arm";
                v = "v6";
            }
            case "arm" -> v = v.isEmpty() || v.equals("7") ? "v7" : v.matches("[568]") ? "v" + v : v;
            default -> {}
        }
        return new Platform(os, a, v, osVersion);
    }

    /** The platform named by the JVM's {@code os.arch} value, on Linux. */
    public static Platform ofJvm(String osArch) {
        return normalised("linux", osArch, "", "");
    }

    /**
     * Whether an image for {@code other} runs where this is asked for: the same system and processor, and a variant of
     * the processor that isn't newer.
     */
    public boolean accepts(Platform other) {
        Platform asked = normalised();
        Platform offered = other.normalised();
        return asked.os.equals(offered.os)
                && asked.architecture.equals(offered.architecture)
                && (asked.variant.equals(offered.variant)
                        || (offered.variantLevel() >= 0 && offered.variantLevel() <= asked.variantLevel()))
                && (osVersion.isEmpty() || osVersion.equals(other.osVersion));
    }

    /** How new the variant of the processor is; -1 when its name doesn't tell. */
    int variantLevel() {
        if (variant.isEmpty()) {
            return switch (architecture) {
                case "arm64" -> 8;
                case "arm" -> 7;
                case "amd64" -> 1;
                default -> 0;
            };
        }
        Matcher level = VARIANT.matcher(variant);
        return level.matches() ? Integer.parseInt(level.group(1)) : -1;
    }

    @Override
    public String toString() {
        return os
                + (osVersion.isEmpty() ? "" : "(" + osVersion + ")")
                + "/"
                + architecture
                + (variant.isEmpty() ? "" : "/" + variant);
    }
}
