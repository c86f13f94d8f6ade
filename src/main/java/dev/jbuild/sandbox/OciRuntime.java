package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.SearchPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An OCI runtime of this machine, such as runc or crun.
 *
 * @param keepsGroups whether it can leave the control group there, with what was counted in it, when the container has ended;
 *     one that can't must be able to use none of its own
 */
record OciRuntime(Path program, boolean keepsGroups) {
    private static final String KEEP = "--keep";
    private static final String OWN_GROUP = "--cgroup-manager";

    /**
     * Finds one and asks it what it can do.
     *
     * @param name of a program in the search path, or a path
     */
    static OciRuntime find(String name, String searchPath) throws EnvironmentError, UserError {
        Path program = program(name, searchPath)
                .orElseThrow(() -> new UserError(
                        "--runtime=" + name + ": there is no such program" + (name.contains("/") ? "" : " in the PATH"),
                        "install it (Debian packages runc and crun), or leave --runtime out: jbuild needs none"));
        if (said(program, "run", "--help").contains(KEEP)) {
            return new OciRuntime(program, true);
        }
        if (said(program, "--help").contains(OWN_GROUP)) {
            return new OciRuntime(program, false);
        }
        throw new UserError(
                "--runtime=" + name + " can't be used: it neither knows run " + KEEP + ", as runc does, nor "
                        + OWN_GROUP + ", as crun does",
                "without either, nobody could say what a step used, nor that it ran out of memory");
    }

    private static Optional<Path> program(String name, String searchPath) {
        return name.contains("/")
                ? Optional.of(Path.of(name).toAbsolutePath()).filter(SearchPath::isProgram)
                : SearchPath.find(name, searchPath);
    }

    private static String said(Path program, String... arguments) throws EnvironmentError {
        List<String> call = new ArrayList<>(List.of(program.toString()));
        call.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(call).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.onExit().join();
            return said;
        } catch (IOException e) {
            throw new EnvironmentError("--runtime=" + program + " can't be run: " + e.getMessage(), e);
        }
    }

    String name() {
        return String.valueOf(program.getFileName());
    }

    /** What runs the bundle of this directory. */
    List<String> command(RunDirectory files, boolean rootless) {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--root",
                files.directory().resolve("state").toString(),
                "--log",
                files.log().toString(),
                "--log-format",
                "json"));
        if (keepsGroups) {
            command.addAll(List.of("--rootless", rootless ? "true" : "false", "run", KEEP));
        } else {
            command.addAll(List.of(OWN_GROUP + "=disabled", "run"));
        }
        command.addAll(List.of("--bundle", files.directory().toString(), "step"));
        return command;
    }
}
