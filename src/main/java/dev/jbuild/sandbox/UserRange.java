package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The users and groups of this machine that are there for user namespaces of containers: the range of the user {@code
 * containers} in {@code /etc/subuid} and {@code /etc/subgid}, as podman has it, or else the upper half of all.
 *
 * @param count how many there are of each
 */
record UserRange(long firstUser, long firstGroup, long count) {
    private static final String OWNER = "containers";
    private static final Span USUAL = new Span(1L << 31, (1L << 31) - (1L << 16));

    /** Whoever locks a part of this file has the users of these numbers. */
    private static final Path LOCK = Path.of("/run/jbuild-users.lock");

    private record Span(long first, long count) {}

    static UserRange ofMachine() throws IOException {
        return of(Path.of("/etc/subuid"), Path.of("/etc/subgid"));
    }

    static UserRange of(Path subuid, Path subgid) throws IOException {
        Span users = read(subuid);
        Span groups = read(subgid);
        return new UserRange(users.first(), groups.first(), Math.min(users.count(), groups.count()));
    }

    private static Span read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return USUAL;
        }
        return Files.readString(file, StandardCharsets.ISO_8859_1)
                .lines()
                .map(line -> line.strip().split(":", -1))
                .filter(fields -> fields.length == 3 && fields[0].equals(OWNER))
                .filter(fields -> fields[1].matches("\\d{1,10}") && fields[2].matches("\\d{1,10}"))
                .map(fields -> new Span(Long.parseLong(fields[1]), Long.parseLong(fields[2])))
                .findFirst()
                .orElse(USUAL);
    }

    void addTo(OpList ops, OwnUsers wanted) throws EnvironmentError {
        if (wanted.count() > count) {
            throw new EnvironmentError(
                    "--userns=auto:size=%d is more than the %d users that there are for containers"
                            .formatted(wanted.count(), count),
                    "give the user %s longer ranges in /etc/subuid and /etc/subgid".formatted(OWNER));
        }
        ops.op("users", LOCK, firstUser, firstGroup, count, wanted.count());
    }
}
