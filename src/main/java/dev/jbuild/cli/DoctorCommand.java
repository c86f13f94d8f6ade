package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.engine.EngineSettings;
import dev.jbuild.fs.IdMap;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sandbox.Attempt;
import dev.jbuild.sandbox.NetworkMode;
import dev.jbuild.sandbox.SandboxProbe;
import dev.jbuild.sandbox.cdi.CdiDevice;
import dev.jbuild.sandbox.cdi.DeviceInventory;
import dev.jbuild.sys.Errno;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code jbuild doctor}: tries what builds need from this machine, and says what would make more of it work. */
@Command(name = "doctor", description = "Try what builds need from this machine.")
final class DoctorCommand implements JbuildCommand {
    private boolean healthy = true;
    private PrintStream out = System.out;

    @Override
    public int run(Invocation invocation) throws JbuildException, IOException {
        out = invocation.console().out();
        EngineSettings settings = invocation.settings(new RegistryFlags());
        check("Linux", System.getProperty("os.name").equals("Linux"), System.getProperty("os.version"));
        check("Java 17 or newer", true, System.getProperty("java.version") + ", " + System.getProperty("java.home"));
        check("the store", usable(settings.root()), settings.root().toString());
        Path program = settings.sandboxProgram();
        check("the sandbox program", Files.isExecutable(program), program.toString());
        Entered entered = invocation.entered();
        users(
                entered,
                new NamespaceAdvice(Path.of("/proc/sys"), invocation.console().home()));
        if (!Files.isExecutable(program)) {
            return verdict("");
        }
        Path scratch = Files.isWritable(settings.root())
                ? settings.root().resolve("run")
                : Path.of(System.getProperty("java.io.tmpdir"));
        SandboxProbe probe = Engine.sandboxProbe(settings, scratch);
        List<Attempt> attempts = probe.attempts();
        for (Attempt attempt : attempts) {
            report(attempt);
        }
        networks(probe);
        limits(probe.limitProblem());
        devices(DeviceInventory.read(settings.deviceDirectories()));
        SandboxProbe.Trial trial = probe.trial();
        Optional<JbuildException> problem = trial.problem();
        check(
                "containers",
                problem.isEmpty(),
                problem.map(JbuildException::what).orElse("one was started and ended well"));
        problem.ifPresent(this::hints);
        return verdict(rung(attempts, entered, trial));
    }

    private void check(String what, boolean good, String detail) {
        healthy &= good;
        line(good ? "ok" : "MISSING", what, detail);
    }

    /** What is good to have. */
    private boolean wish(String what, boolean good, String detail) {
        line(good ? "ok" : "reduced", what, detail);
        return good;
    }

    private void line(String state, String what, String detail) {
        out.println(String.format(Locale.ROOT, "%-9s%s (%s)", state, what, detail));
    }

    private void hint(String text) {
        out.println("         hint: " + text);
    }

    private void hints(JbuildException problem) {
        problem.hints().stream()
                .filter(hint -> !hint.startsWith("jbuild doctor"))
                .forEach(this::hint);
    }

    private void users(Entered entered, NamespaceAdvice advice) throws IOException {
        switch (entered.kind()) {
            case NOT_NEEDED -> check("users and groups", true, "this is root: no namespace was made");
            case RANGES -> check("users and groups", true, ids() + " in a user namespace");
            case SINGLE -> wish("users and groups", false, ids() + " in a user namespace: " + entered.reason());
            case NOTHING -> check("a user namespace", false, entered.reason());
        }
        advice.on(entered).forEach(this::hint);
    }

    private static String ids() throws IOException {
        return IdMap.users().count() + " and " + IdMap.groups().count();
    }

    private void report(Attempt attempt) throws IOException {
        String detail = attempt.worked() ? "tried" : "errno " + attempt.errno() + ", " + attempt.reason();
        boolean ofMachine = IdMap.users().isOfMachine();
        boolean works = attempt.worked();
        switch (attempt.name()) {
            case "overlay" -> {
                if (ofMachine) {
                    overlay("overlayfs", attempt, detail, "load it: modprobe overlay");
                }
            }
            case "overlay-userxattr" -> {
                if (!ofMachine) {
                    overlay(
                            "overlayfs for users",
                            attempt,
                            detail,
                            "it needs Linux 5.11 or newer, and modprobe overlay");
                }
            }
            case "overlay-idmapped" -> {
                if (ofMachine && !wish("idmapped mounts", works, detail)) {
                    hint(
                            "--userns=auto needs Linux 5.19 or newer, and the store on ext4, xfs or btrfs, or (6.3) tmpfs");
                }
            }
            case "whiteout" ->
                wish("marks of deletion as devices", works, works ? detail : detail + ": files stand for them");
            case "proc" -> check("a /proc of its own", works, detail);
            case "device" ->
                wish("making devices", works, works ? detail : detail + ": those of this machine are shown instead");
            case "chown" -> wish("files of others", works, detail);
            case "chroot" -> wish("chroot", works, detail);
            case "tun" -> {
                if (!wish("/dev/net/tun", works, detail)) {
                    hint("private networks need it: modprobe tun && chmod 666 /dev/net/tun, as root");
                }
            }
            default -> check(attempt.name().replace("-namespace", " namespaces"), works, detail);
        }
    }

    private void overlay(String what, Attempt attempt, String detail, String remedy) {
        wish(what, attempt.worked(), detail);
        if (!attempt.worked() && attempt.errno() != Errno.EPERM.number()) {
            hint(remedy);
            hint(
                    "the store has to be on ext4, xfs, btrfs or tmpfs, not on an overlay: choose another place with --root");
        }
    }

    private void networks(SandboxProbe probe) throws IOException {
        SandboxProbe.NetworkTrial outward = probe.network(NetworkMode.PRIVATE);
        if (!wish("private networks", outward.problem().isEmpty(), detail(outward))) {
            hint("install pasta (Debian and Ubuntu: apt-get install passt); without, steps have the host's network");
        }
        if (!IdMap.users().isOfMachine()) {
            return;
        }
        SandboxProbe.NetworkTrial bridge = probe.network(NetworkMode.BRIDGE);
        if (!wish("bridges", bridge.problem().isEmpty(), detail(bridge))) {
            hint("only --network=bridge wants one");
        }
    }

    private static String detail(SandboxProbe.NetworkTrial trial) {
        return trial.problem().map(JbuildException::what).orElse("tried, by " + trial.helper());
    }

    private void limits(Optional<JbuildException> problem) {
        wish(
                "limits of steps",
                problem.isEmpty(),
                problem.map(JbuildException::what).orElse("tried"));
        problem.ifPresent(this::hints);
    }

    /** Those of this machine that steps can get. */
    private void devices(DeviceInventory inventory) {
        List<String> names =
                inventory.devices().stream().map(CdiDevice::qualifiedName).toList();
        wish(
                "devices for --device",
                inventory.problems().isEmpty(),
                names.isEmpty() ? "no CDI spec describes one" : String.join(", ", names));
        inventory.problems().forEach(this::hint);
    }

    /** The best way that there is of running steps. */
    private static String rung(List<Attempt> attempts, Entered entered, SandboxProbe.Trial trial) {
        if (trial.problem().isEmpty()) {
            String who = switch (entered.kind()) {
                case NOT_NEEDED -> "as root";
                case RANGES -> "as a user who has others in a user namespace";
                case SINGLE, NOTHING -> "as a user who is alone in a user namespace";
            };
            String files = switch (trial.driver()) {
                case OVERLAY -> "on overlayfs";
                case FUSE_OVERLAYFS -> "on fuse-overlayfs";
                case VFS -> "in copies of their files, which is slow";
            };
            return "Steps run in namespaces and " + files + ", " + who + ".";
        }
        boolean chroot = entered.kind() != Entered.Kind.NOTHING
                && attempts.stream().anyMatch(attempt -> attempt.name().equals("chroot") && attempt.worked());
        return chroot
                ? "Steps can be run by chroot alone: build --isolation=chroot."
                : "Steps can't be run; all else works that doesn't unpack an image.";
    }

    private int verdict(String rung) {
        if (!rung.isEmpty()) {
            out.println(rung);
        }
        out.println(healthy ? "Builds should work here." : "Builds will not work here before the above is mended.");
        return healthy ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Whether the root can be written to, or made. */
    private static boolean usable(Path root) {
        Path existing = root.toAbsolutePath();
        Path parent = existing.getParent();
        while (!Files.exists(existing) && parent != null) {
            existing = parent;
            parent = existing.getParent();
        }
        return Files.isWritable(existing);
    }
}
