package dev.jbuild.cli;

import dev.jbuild.fs.MissingIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What would give a user without privileges a better user namespace. */
final class NamespaceAdvice {
    private final Path settings;
    private final Path home;

    /**
     * @param settings of the kernel, {@code /proc/sys}
     * @param home where this program is installed
     */
    NamespaceAdvice(Path settings, Path home) {
        this.settings = settings;
        this.home = home;
    }

    List<String> on(Entered entered) {
        return switch (entered.kind()) {
            case NOT_NEEDED, RANGES -> List.of();
            case SINGLE -> List.of(forRanges(entered.reason()));
            case NOTHING -> forNamespace();
        };
    }

    private static String forRanges(String reason) {
        if (reason.contains("has no range")) {
            return MissingIds.REMEDY;
        }
        if (reason.contains("not installed")) {
            return "install newuidmap and newgidmap (Debian and Ubuntu: apt-get install uidmap; Fedora: shadow-utils)";
        }
        return "newuidmap and newgidmap must be setuid root or have the capability for it, on a file system mounted without"
                + " nosuid; where \"no new privileges\" is set, as in many containers, they have none";
    }

    private List<String> forNamespace() {
        List<String> advice = new ArrayList<>();
        if (is("user/max_user_namespaces", "0")) {
            advice.add("let there be user namespaces: sysctl user.max_user_namespaces=15000");
        }
        if (is("kernel/unprivileged_userns_clone", "0")) {
            advice.add("let users make user namespaces: sysctl kernel.unprivileged_userns_clone=1");
        }
        if (is("kernel/apparmor_restrict_unprivileged_userns", "1")) {
            Path profile = home.resolve("share").resolve("apparmor").resolve("jbuild");
            advice.add("give jbuild an AppArmor profile, as root: sed 's#/opt/jbuild#" + home + "#' " + profile
                    + " >/etc/apparmor.d/jbuild && apparmor_parser -r /etc/apparmor.d/jbuild");
        }
        if (advice.isEmpty()) {
            advice.add("in a container, its seccomp profile has to allow unshare and mount (--security-opt"
                    + " seccomp=unconfined); or be root in it and build with --isolation=chroot");
        }
        return advice;
    }

    private boolean is(String setting, String value) {
        return value(setting).filter(value::equals).isPresent();
    }

    private Optional<String> value(String setting) {
        try {
            Path file = settings.resolve(setting);
            return Files.exists(file)
                    ? Optional.of(
                            Files.readString(file, StandardCharsets.US_ASCII).strip())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // not for this user to know
        }
    }
}
