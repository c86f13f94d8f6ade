package dev.jbuild.fuzz;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.buildfile.Environment;
import dev.jbuild.buildfile.Expansion;
import dev.jbuild.buildfile.IgnorePatterns;
import dev.jbuild.buildfile.Instruction;
import dev.jbuild.buildfile.Linter;
import dev.jbuild.buildfile.Outline;
import dev.jbuild.buildfile.Scope;
import dev.jbuild.buildfile.Stage;
import dev.jbuild.buildfile.Surroundings;
import dev.jbuild.problem.UserError;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Parses, expands, checks and outlines whatever it is given. */
public final class BuildfileFuzz {
    private static final Map<String, String> VARIABLES = Map.of("x", "a b", "y", "", "PATH", "/bin:/usr/bin");

    private BuildfileFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Budget.hold(input, () -> read(input));
    }

    private static void read(byte[] input) {
        Linter.check("Buildfile", input, new Anything(), Scope.ALL);
        try {
            Buildfile file = Buildfile.parse("Buildfile", input);
            expand(file);
            Outline.of(file, new Anything(), Optional.empty());
        } catch (UserError promised) {
            // What is wrong with a file is said so.
        }
    }

    private static void expand(Buildfile file) {
        Expansion expansion = new Expansion(file.escape(), Environment.of(VARIABLES));
        for (Stage stage : file.stages()) {
            for (Instruction instruction : stage.instructions()) {
                try {
                    expansion.apply(instruction);
                } catch (UserError promised) {
                    // As above; the next instruction may be right.
                }
            }
        }
    }

    /** Knows every image and platform. */
    private record Anything() implements Surroundings {
        @Override
        public Map<String, String> predefined() {
            return Map.of("TARGETPLATFORM", "linux/amd64");
        }

        @Override
        public Map<String, String> buildArgs() {
            return Map.of();
        }

        @Override
        public Optional<IgnorePatterns> ignorePatterns() {
            return Optional.of(IgnorePatterns.none());
        }

        @Override
        public boolean isImageName(String text) {
            return true;
        }

        @Override
        public Optional<PlatformName> platform(String text) {
            return Optional.of(targetPlatform());
        }

        @Override
        public PlatformName targetPlatform() {
            return new PlatformName("linux", "amd64", "linux/amd64");
        }

        @Override
        public Base base(String image, Optional<String> platform) {
            return new Base(VARIABLES, false, Optional.empty(), List.of(), true);
        }
    }
}
