package dev.jbuild.oci;

import java.util.Locale;
import java.util.Optional;

/**
 * An operating system and a processor, as containerd writes and normalises them: {@code os[(osversion)]/arch[/variant]}.
 *
 * @param variant empty when there is none
 * @param osVersion empty when there is none
 */
public record Platform(String os, String architecture, String variant, String osVersion) {

    public Platform(String os, String architecture) {
        this(os, architecture, "", "");
    }

    /**
     * Parses a specifier; a lone {@code arm64} or {@code linux} is completed from {@code host}.
     *
     * @throws IllegalArgumentException if it isn't a platform
     */
    public static Platform parse(String text, Platform host) {
        String[] parts = text.split("/", -1);
        for (String part : parts) {
            if (!part.matches("[A-Za-z0-9_.-]+(\\([^()]*\\))?")) {
                throw new IllegalArgumentException("\"" + text + "\" is not a platform, such as linux/amd64");
            }
        }
        String os = parts[0];
        String version = "";
        int paren = os.indexOf('(');
        if (paren >= 0) {
            version = os.substring(paren + 1, os.length() - 1);
            os = os.substring(0, paren);
        }
        os = normaliseOs(os);
        if (parts.length == 1) {
            if (isKnownOs(os)) {
                return os.equals(host.os)
                        ? new Platform(os, host.architecture, host.variant, version)
                        : new Platform(os, host.architecture, "", version);
            }
            Optional<Platform> arch = Optional.of(normalised(host.os, os, "", ""));
            if (!isKnownArchitecture(arch.get().architecture)) {
                throw new IllegalArgumentException("\"" + text + "\" is neither a known system nor a known processor");
            }
            return arch.get();
        }
        if (parts.length > 3) {
            throw new IllegalArgumentException("\"" + text + "\" is not a platform, such as linux/amd64");
        }
        return normalised(os, parts[1], parts.length == 3 ? parts[2] : "", version);
    }

    private static String normaliseOs(String os) {
        String lower = os.toLowerCase(Locale.ROOT);
        return lower.equals("macos") ? "darwin" : lower;
    }

    private static boolean isKnownOs(String os) {
        return switch (os) {
            case "linux",
                    "windows",
                    "darwin",
                    "freebsd",
                    "netbsd",
                    "openbsd",
                    "dragonfly",
                    "solaris",
                    "android",
                    "aix",
                    "plan9",
                    "js",
                    "wasip1",
                    "illumos",
                    "ios" -> true;
            default -> false;
        };
    }

    private static boolean isKnownArchitecture(String arch) {
        return switch (arch) {
            case "386",
                    "amd64",
                    "arm",
                    "arm64",
                    "loong64",
                    "mips",
                    "mips64",
                    "mips64le",
                    "mipsle",
                    "ppc64",
                    "ppc64le",
                    "riscv64",
                    "s390x",
                    "wasm",
                    "sparc64" -> true;
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
                v = v.equals("8") || v.equals("v8") ? "" : v;
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

    /** Whether an image for {@code other} can stand in where this is asked for: same, or other says no variant. */
    public boolean accepts(Platform other) {
        return os.equals(other.os)
                && architecture.equals(other.architecture)
                && (variant.equals(other.variant) || variant.isEmpty() || other.variant.isEmpty())
                && (osVersion.isEmpty() || osVersion.equals(other.osVersion));
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
