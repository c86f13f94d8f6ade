package dev.jbuild.cli;

import dev.jbuild.config.EnvironmentVariable;
import dev.jbuild.problem.UsageError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The value of {@code --ssh}: {@code default} or {@code ID[=SOCKET|KEY[,KEY]]}. */
record SshFlag(String id, List<Path> files) {
    static SshFlag parse(String value, Console console) throws UsageError {
        int equals = value.indexOf('=');
        String id = equals < 0 ? value : value.substring(0, equals);
        List<Path> files = new ArrayList<>();
        for (String file :
                equals < 0 ? new String[0] : value.substring(equals + 1).split(",", -1)) {
            if (file.startsWith("raw=")) {
                throw new UsageError(
                        "--ssh " + value + ": sockets of other things than SSH agents are not supported",
                        "leave raw out");
            }
            if (!file.isEmpty()) {
                files.add(console.resolve(file));
            }
        }
        if (files.isEmpty()) {
            Optional<String> agent =
                    console.variable(EnvironmentVariable.SSH_AUTH_SOCK).filter(socket -> !socket.isEmpty());
            files.add(console.resolve(agent.orElseThrow(() -> new UsageError(
                    "--ssh " + value + ": there is no SSH agent, SSH_AUTH_SOCK is not set",
                    "start one, or name a socket or key: --ssh default=$HOME/.ssh/id_ed25519"))));
        }
        return new SshFlag(id.isEmpty() ? "default" : id, files);
    }
}
