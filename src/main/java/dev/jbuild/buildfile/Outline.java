package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.List;
import java.util.Optional;

/**
 * What the build of a target can be given.
 *
 * @param name of the target; empty when it has none
 * @param description the comment above it
 */
public record Outline(
        String name, String description, List<Arg> args, List<Requirement> secrets, List<Requirement> agents) {
    public Outline {
        args = List.copyOf(args);
        secrets = List.copyOf(secrets);
        agents = List.copyOf(agents);
    }

    /** An argument that the target uses, with the value it has; which is empty where it has none. */
    public record Arg(String name, String value, String description, SourceRange range) {}

    /** A secret or SSH agent that a RUN mounts. */
    public record Requirement(String id, boolean required, SourceRange range) {}

    /** The outline of a target; of the last stage when none is asked for. */
    public static Outline of(Buildfile file, Surroundings surroundings, Optional<String> target) throws UserError {
        return new Outliner(file, surroundings).outline(target);
    }
}
