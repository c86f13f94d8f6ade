package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One instruction of a Buildfile, with types instead of text but its variables not yet expanded.
 *
 * <p>Optional texts are absent where a flag was not given or is empty.
 */
public sealed interface Instruction {
    Origin origin();

    /** The lines that the instruction takes. */
    default SourceRange range() {
        return origin().range();
    }

    /** The logical line as written. */
    default String text() {
        return origin().text();
    }

    /** The instruction with variables expanded in those places where the language has them. */
    default Instruction expand(Expander expander) throws UserError {
        return this;
    }

    /** The instruction with variables expanded in the contents of its files (COPY and ADD of heredocs). */
    default Instruction expandContents(Expander expander) throws UserError {
        return this;
    }

    /** {@code FROM [--platform=] baseName [AS stageName]}; its words are expanded by whoever builds stages. */
    record From(Origin origin, String baseName, Optional<String> platform, Optional<String> stageName, String doc)
            implements Instruction {}

    /**
     * {@code RUN}.
     *
     * @param mountFlags the values of {@code --mount} as written
     * @param mountSources the stages, images and contexts that mounts name with {@code from=}; never expanded
     * @param mounts what the flags say; empty until {@link #expand}
     * @param limits of jbuild's own flags
     * @param flagsUsed names of the flags given
     */
    record Run(
            Origin origin,
            CommandLine command,
            List<Heredoc> heredocs,
            List<String> mountFlags,
            List<String> mountSources,
            List<Mount> mounts,
            Network network,
            boolean insecure,
            List<Device> devices,
            StepLimits limits,
            Set<String> flagsUsed)
            implements Instruction {
        public Run {
            heredocs = List.copyOf(heredocs);
            mountFlags = List.copyOf(mountFlags);
            mountSources = List.copyOf(mountSources);
            mounts = List.copyOf(mounts);
            devices = List.copyOf(devices);
            flagsUsed = Set.copyOf(flagsUsed);
        }

        /** With further mounts before its own, as {@code --mount} spells them. */
        public Run withMounts(List<String> flags) throws UserError {
            if (flags.isEmpty()) {
                return this;
            }
            List<String> allFlags = new ArrayList<>(flags);
            allFlags.addAll(mountFlags);
            List<String> allSources = new ArrayList<>(MountFlag.sources(flags));
            allSources.addAll(mountSources);
            return new Run(
                    origin,
                    command,
                    heredocs,
                    allFlags,
                    allSources,
                    mounts,
                    network,
                    insecure,
                    devices,
                    limits,
                    flagsUsed);
        }

        @Override
        public Run expand(Expander expander) throws UserError {
            List<Mount> expanded = new ArrayList<>();
            for (String flag : mountFlags) {
                expanded.add(MountFlag.parse(flag, expander));
            }
            return new Run(
                    origin,
                    command,
                    heredocs,
                    mountFlags,
                    mountSources,
                    expanded,
                    network,
                    insecure,
                    devices,
                    limits,
                    flagsUsed);
        }
    }

    /** {@code RUN --network}. */
    enum Network {
        DEFAULT,
        NONE,
        HOST
    }

    /**
     * {@code COPY}.
     *
     * @param contents files given as heredocs; leading tabs are already dropped where asked
     * @param from a stage, image or named context, as written
     */
    record Copy(
            Origin origin,
            List<String> sources,
            List<Heredoc> contents,
            String destination,
            Optional<String> from,
            Optional<String> chown,
            Optional<String> chmod,
            boolean link,
            boolean parents,
            List<String> excludes)
            implements Instruction {
        public Copy {
            sources = List.copyOf(sources);
            contents = List.copyOf(contents);
            excludes = List.copyOf(excludes);
        }

        @Override
        public Copy expand(Expander expander) throws UserError {
            Optional<String> owner = Words.expand(chown, expander);
            Optional<String> mode = Words.expand(chmod, expander);
            List<String> from1 = Words.expand(sources, expander);
            String to = expander.expand(destination);
            return new Copy(origin, from1, contents, to, from, owner, mode, link, parents, excludes);
        }

        @Override
        public Copy expandContents(Expander expander) throws UserError {
            List<Heredoc> expanded = Words.expandContents(contents, expander);
            return new Copy(origin, sources, expanded, destination, from, chown, chmod, link, parents, excludes);
        }
    }

    /**
     * {@code ADD}.
     *
     * @param contents files given as heredocs; leading tabs are already dropped where asked
     * @param unpack absent where not given: local archives are unpacked, downloads are not
     */
    record Add(
            Origin origin,
            List<String> sources,
            List<Heredoc> contents,
            String destination,
            Optional<String> chown,
            Optional<String> chmod,
            boolean link,
            List<String> excludes,
            Optional<Boolean> keepGitDir,
            Optional<String> checksum,
            Optional<Boolean> unpack)
            implements Instruction {
        public Add {
            sources = List.copyOf(sources);
            contents = List.copyOf(contents);
            excludes = List.copyOf(excludes);
        }

        @Override
        public Add expand(Expander expander) throws UserError {
            Optional<String> owner = Words.expand(chown, expander);
            Optional<String> mode = Words.expand(chmod, expander);
            Optional<String> sum = Words.expand(checksum, expander);
            List<String> from = Words.expand(sources, expander);
            String to = expander.expand(destination);
            return new Add(origin, from, contents, to, owner, mode, link, excludes, keepGitDir, sum, unpack);
        }

        @Override
        public Add expandContents(Expander expander) throws UserError {
            List<Heredoc> expanded = Words.expandContents(contents, expander);
            return new Add(
                    origin, sources, expanded, destination, chown, chmod, link, excludes, keepGitDir, checksum, unpack);
        }
    }

    /** {@code ENV}. */
    record Env(Origin origin, List<KeyValue> pairs) implements Instruction {
        public Env {
            pairs = List.copyOf(pairs);
        }

        @Override
        public Env expand(Expander expander) throws UserError {
            return new Env(origin, Words.expandPairs(pairs, expander));
        }
    }

    /** {@code LABEL}. */
    record Label(Origin origin, List<KeyValue> pairs) implements Instruction {
        public Label {
            pairs = List.copyOf(pairs);
        }

        @Override
        public Label expand(Expander expander) throws UserError {
            return new Label(origin, Words.expandPairs(pairs, expander));
        }
    }

    /** {@code ARG}, which may define several. */
    record Arg(Origin origin, List<Definition> definitions) implements Instruction {
        public Arg {
            definitions = List.copyOf(definitions);
        }

        /**
         * One name with its default.
         *
         * @param doc the comment that describes it, or an empty text
         */
        public record Definition(String name, Optional<String> value, String doc) {}

        @Override
        public Arg expand(Expander expander) throws UserError {
            List<Definition> expanded = new ArrayList<>();
            for (Definition d : definitions) {
                String name = expander.expand(d.name());
                Optional<String> value = d.value().isEmpty()
                        ? d.value()
                        : Optional.of(expander.expand(d.value().get()));
                expanded.add(new Definition(name, value, d.doc()));
            }
            return new Arg(origin, expanded);
        }
    }

    /** {@code WORKDIR}. */
    record Workdir(Origin origin, String path) implements Instruction {
        @Override
        public Workdir expand(Expander expander) throws UserError {
            return new Workdir(origin, expander.expand(path));
        }
    }

    /** {@code USER}. */
    record User(Origin origin, String user) implements Instruction {
        @Override
        public User expand(Expander expander) throws UserError {
            return new User(origin, expander.expand(user));
        }
    }

    /** {@code CMD}. */
    record Cmd(Origin origin, CommandLine command) implements Instruction {}

    /** {@code ENTRYPOINT}. */
    record Entrypoint(Origin origin, CommandLine command) implements Instruction {}

    /** {@code EXPOSE}; its words are split as well as expanded, see {@link ExposedPorts}. */
    record Expose(Origin origin, List<String> ports) implements Instruction {
        public Expose {
            ports = List.copyOf(ports);
        }
    }

    /** {@code VOLUME}. */
    record Volume(Origin origin, List<String> paths) implements Instruction {
        public Volume {
            paths = List.copyOf(paths);
        }

        @Override
        public Volume expand(Expander expander) throws UserError {
            return new Volume(origin, Words.expand(paths, expander));
        }
    }

    /** {@code STOPSIGNAL}. */
    record StopSignal(Origin origin, String signal) implements Instruction {
        @Override
        public StopSignal expand(Expander expander) throws UserError {
            return new StopSignal(origin, expander.expand(signal));
        }
    }

    /**
     * {@code HEALTHCHECK}.
     *
     * @param test {@code ["NONE"]}, {@code ["CMD", …]} or {@code ["CMD-SHELL", command]}
     * @param interval zero where not given, as for the other durations and retries
     */
    record Healthcheck(
            Origin origin,
            List<String> test,
            Duration interval,
            Duration timeout,
            Duration startPeriod,
            Duration startInterval,
            int retries)
            implements Instruction {
        public Healthcheck {
            test = List.copyOf(test);
        }
    }

    /** {@code SHELL}. */
    record Shell(Origin origin, List<String> words) implements Instruction {
        public Shell {
            words = List.copyOf(words);
        }
    }

    /** {@code ONBUILD}; {@code trigger} is an instruction as text, see {@link Buildfile#parseTrigger}. */
    record OnBuild(Origin origin, String trigger) implements Instruction {}

    /** {@code MAINTAINER}. */
    record Maintainer(Origin origin, String name) implements Instruction {}
}
