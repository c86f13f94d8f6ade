package dev.jbuild.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network namespace that a helper joins to the outside, held by a process of the native program, which ends when this closes
 * or jbuild is gone, and the helper with it.
 */
final class NetworkHolder implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("ready ([0-9]+) ([0-9]+)");
    private static final String FAILED = "failed ";
    /** What it did to the machine takes time to undo. */
    private static final long PATIENCE_SECONDS = 15;

    private final Process process;
    private final String pid;
    private final String inode;
    private final NetworkHelper helper;

    private NetworkHolder(Process process, String pid, String inode, NetworkHelper helper) {
        this.helper = helper;
        this.process = process;
        this.pid = pid;
        this.inode = inode;
    }

    /**
     * Returns once the namespace leads outside.
     *
     * @param scratch a directory in which the namespace has a name that only the helper sees
     * @throws IOException if it can't be had; the message says why as one line
     */
    static NetworkHolder start(Path program, Path scratch, NetworkHelper helper) throws IOException {
        Files.createDirectories(scratch);
        ProcessBuilder builder = new ProcessBuilder(helper.holding(program, scratch)).redirectErrorStream(true);
        builder.environment().clear();
        Process process = builder.start();
        try {
            String answer = answer(process);
            Matcher ready = READY.matcher(answer);
            if (!ready.matches()) {
                throw new IOException(helper.name() + ": " + reason(answer));
            }
            return new NetworkHolder(process, ready.group(1), ready.group(2), helper);
        } catch (IOException e) {
            end(process);
            throw e;
        }
    }

    private static String answer(Process process) throws IOException {
        String line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        return line == null ? "it said nothing" : line;
    }

    /** What the helper said last: before, it may have grumbled about the system's log. */
    private static String reason(String answer) {
        String said = answer.startsWith(FAILED) ? answer.substring(FAILED.length()) : answer;
        return said.substring(said.lastIndexOf("; ") + 1).strip();
    }

    void addTo(OpList ops) {
        ops.op("network", "/proc/" + pid + "/ns/net", inode);
    }

    NetworkHelper helper() {
        return helper;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Asks it to end, without waiting for that. */
    void dismiss() {
        try {
            process.getOutputStream().close();
        } catch (IOException ignored) {
            // it has ended
        }
    }

    /** Returns when nothing of it is left. */
    @Override
    public void close() {
        end(process);
    }

    private static void end(Process process) {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().onExit().join();
            }
        } catch (IOException e) {
            process.destroyForcibly().onExit().join();
        } catch (InterruptedException e) {
            process.destroyForcibly().onExit().join();
            Thread.currentThread().interrupt();
        }
    }
}
