package dev.jbuild.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Two namespaces of networks: a machine to run programs on, with mounts of its own, and another, which it reaches by
 * 192.168.77.2.
 */
final class TestWorld implements AutoCloseable {
    private final List<Process> processes = new ArrayList<>();
    private final Process machine;
    private final Process other;

    TestWorld() throws IOException {
        machine = awaited("unshare", "-n", "-m", "sh", "-c", "ip link set lo up && echo up && exec sleep 1000");
        other = awaited("unshare", "-n", "sh", "-c", "ip link set lo up && echo up && exec sleep 1000");
    }

    /** A process that has said that it is up. */
    private Process awaited(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes.add(process);
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        if (!"up".equals(out.readLine())) {
            throw new AssertionError("it isn't up: " + List.of(command));
        }
        return process;
    }

    /** What runs a program on the machine; the program's working directory is given. */
    List<String> machine(Path directory) {
        return List.of("nsenter", "-t", pid(machine), "-n", "-m", "env", "-C", directory.toString());
    }

    private static String pid(Process process) {
        return Long.toString(process.pid());
    }

    private void shell(Process where, String script) {
        Program.shell("nsenter -t " + where.pid() + " -n -m sh -ec '" + script + "'");
    }

    /** Gives the machine an interface of its own, and bridges that no other machine counts. */
    TestWorld connected() {
        shell(
                machine,
                "mkdir -p /run/jbuild; mount -t tmpfs none /run/jbuild; "
                        + "ip link add name out type veth peer name in; ip link set in netns "
                        + pid(other)
                        + "; ip addr add 192.168.77.1/24 dev out; ip link set out up");
        shell(other, "ip addr add 192.168.77.2/24 dev in; ip link set in up");
        return this;
    }

    /** Gives it a route to everywhere. */
    TestWorld routed() {
        shell(machine, "ip route add default via 192.168.77.2");
        return this;
    }

    TestWorld withNameServer(String address, Path file) {
        shell(machine, "echo nameserver " + address + " > " + file + "; mount --bind " + file + " /etc/resolv.conf");
        return this;
    }

    /** Hides an installed program from the machine. */
    TestWorld without(String program) {
        shell(machine, "p=$(command -v " + program + " || true); [ -z \"$p\" ] || mount --bind /dev/null \"$p\"");
        return this;
    }

    TestWorld withoutNetavark() {
        return without("/usr/lib/podman/netavark");
    }

    TestWorld withoutCni() {
        return without("/usr/lib/cni/static");
    }

    TestWorld withoutBridges() {
        return withoutNetavark().withoutCni();
    }

    /** What a command prints on the machine. */
    String said(String script) {
        return new String(
                Program.shell("nsenter -t " + machine.pid() + " -n -m sh -ec '" + script + "'"),
                StandardCharsets.UTF_8);
    }

    /** Has servers answer on the machine itself, in the words of {@link TestServers}. */
    TestWorld serving(String... servers) throws IOException {
        serve(machine, servers);
        return this;
    }

    TestWorld servingElsewhere(String... servers) throws IOException {
        serve(other, servers);
        return this;
    }

    private void serve(Process where, String... servers) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "nsenter",
                "-t",
                pid(where),
                "-n",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                TestServers.class.getName()));
        Collections.addAll(command, servers);
        awaited(command.toArray(String[]::new));
    }

    @Override
    public void close() {
        processes.forEach(process -> process.destroyForcibly().onExit().join());
    }
}
