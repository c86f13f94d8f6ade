package dev.jbuild.context.git;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.sys.SearchPath;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the git program, shut off from the user's configuration and terminal. */
@SuppressWarnings("try") // registrations are held, not used
final class GitProgram {
    private static final int MOST_OUTPUT = 16 << 20;
    /** What a file may be read by is settled by git, whatever the umask of whoever builds is. */
    private static final List<String> WITH_UMASK = List.of("/bin/sh", "-c", "umask 022; exec \"$@\"", "sh");

    private static final List<String> CONFIGURATION = List.of(
            "core.hooksPath=/dev/null",
            "core.fsmonitor=false",
            "init.defaultBranch=master",
            "advice.detachedHead=false",
            "safe.directory=*",
            "gc.auto=0",
            "maintenance.auto=false",
            "protocol.allow=never",
            "protocol.http.allow=always",
            "protocol.https.allow=always",
            "protocol.ssh.allow=always",
            "protocol.git.allow=always",
            // Not for submodules: they could name repositories of this machine.
            "protocol.file.allow=user");

    private final Path program;
    private final GitSettings settings;
    private final Map<String, String> credentials;
    private final Cancellation cancellation;

    private GitProgram(Path program, GitSettings settings, Map<String, String> credentials, Cancellation cancellation) {
        this.program = program;
        this.settings = settings;
        this.credentials = credentials;
        this.cancellation = cancellation;
    }

    /**
     * @param credentials variables that hold what opens the remote
     * @throws EnvironmentError if there is no such program
     */
    static GitProgram find(
            GitSettings settings, String remote, Map<String, String> credentials, Cancellation cancellation)
            throws EnvironmentError {
        Path program = SearchPath.find("git", settings.searchPath())
                .orElseThrow(() -> new EnvironmentError(
                        "the git repository " + remote + " can't be loaded: there is no program git on this machine",
                        "install git"));
        return new GitProgram(program, settings, credentials, cancellation);
    }

    /**
     * Runs it in a directory.
     *
     * @return what it printed
     * @throws GitFailed if its exit status isn't 0
     */
    String run(Path directory, List<String> arguments) throws GitFailed, JbuildException {
        cancellation.throwIfCancelled();
        ProcessBuilder builder = new ProcessBuilder(command(arguments))
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"));
        builder.environment().clear();
        builder.environment().putAll(environment());
        try {
            Process process = builder.start();
            try (Cancellation.Registration registration = cancellation.onCancel(() -> end(process))) {
                return finished(process);
            }
        } catch (IOException e) {
            throw new EnvironmentError("the program " + program + " can't be run: " + e.getMessage(), e);
        }
    }

    private List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(WITH_UMASK);
        command.add(program.toString());
        for (String setting : CONFIGURATION) {
            command.add("-c");
            command.add(setting);
        }
        command.addAll(arguments);
        return command;
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>(settings.proxies().variables());
        environment.put("PATH", settings.searchPath());
        environment.put("LC_ALL", "C");
        environment.put("HOME", "/dev/null");
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
        environment.put("GIT_TERMINAL_PROMPT", "0");
        environment.put("GIT_ASKPASS", "/bin/false");
        environment.put("GIT_SSH_COMMAND", "ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=accept-new");
        environment.put("GIT_LFS_SKIP_SMUDGE", "1");
        settings.sshAgent().ifPresent(socket -> environment.put("SSH_AUTH_SOCK", socket));
        environment.putAll(credentials);
        return environment;
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }

    private String finished(Process process) throws IOException, GitFailed, JbuildException {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        Thread reader = new Thread(() -> drain(process.getErrorStream(), errors), "git errors");
        reader.setDaemon(true);
        reader.start();
        byte[] output;
        try (InputStream out = process.getInputStream()) {
            output = out.readNBytes(MOST_OUTPUT);
        }
        try {
            int status = process.waitFor();
            reader.join();
            cancellation.throwIfCancelled();
            if (status != 0) {
                throw new GitFailed(errors.toString(StandardCharsets.UTF_8));
            }
            return new String(output, StandardCharsets.UTF_8);
        } catch (InterruptedException e) {
            end(process);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Keeps the beginning, and lets the rest go by so that the program never waits. */
    private static void drain(InputStream from, ByteArrayOutputStream to) {
        byte[] block = new byte[1 << 13];
        try (from) {
            for (int read = from.read(block); read >= 0; read = from.read(block)) {
                if (to.size() < MOST_OUTPUT) {
                    to.write(block, 0, read);
                }
            }
        } catch (IOException e) {
            // The program was ended, and what it said with it.
        }
    }
}
