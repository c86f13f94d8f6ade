package dev.jbuild.graph;

import dev.jbuild.buildfile.Device;
import dev.jbuild.buildfile.StepLimits;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import java.util.List;
import java.util.Optional;

/** What a vertex does. Inputs are those of the {@link Vertex}; where an operation names one, it does so by position. */
public sealed interface Op {
    /** Whether input 0 is a root file system that this goes on from. */
    default boolean hasBase() {
        return false;
    }

    /**
     * The root file system of an image. No inputs.
     *
     * @param manifest the image's manifest (of the platform), as resolved before the graph was made
     */
    record Image(ImageReference reference, Platform platform, Digest manifest) implements Op {}

    /**
     * A tree of files from outside the build. No inputs.
     *
     * @param name the name given with {@code --build-context}; empty for the build context itself
     */
    record Context(String name) implements Op {}

    /**
     * A file behind an HTTP address, as the only one of a tree. No inputs.
     *
     * @param name what the file is called
     * @param checksum the digest that its content must have
     */
    record Http(String url, String name, Optional<Digest> checksum) implements Op {
        public Http {
            if (name.isEmpty() || name.contains("/")) {
                throw new IllegalArgumentException("not a file name: " + name);
            }
        }
    }

    /**
     * The files of a git repository. No inputs.
     *
     * @param remote as for the git program
     * @param ref a branch, tag or commit; empty for the default branch
     * @param checksum the hash that the commit must begin with; empty if any will do
     * @param subdir the directory whose files these are, empty for all
     * @param keepGitDir whether {@code .git} is among them
     * @param submodules whether submodules are fetched too
     * @param commitTimes whether all files have the time of the commit
     * @param fetchByCommit whether the commit is {@code checksum}, without asking what the ref is
     */
    record Git(
            String remote,
            String ref,
            String checksum,
            String subdir,
            boolean keepGitDir,
            boolean submodules,
            boolean commitTimes,
            boolean fetchByCommit)
            implements Op {
        /** What an address says, where that is all that is said. */
        public static Git of(GitAddress address) {
            return new Git(
                    address.remote(),
                    address.ref(),
                    address.checksum(),
                    address.subdir(),
                    address.keepGitDir().orElse(false),
                    address.submodules().orElse(true),
                    address.commitTimes(),
                    address.fetchByCommit());
        }

        /** An address without its password, for people. */
        public static String shown(String address) {
            return AddressParts.shown(address);
        }

        /** The ref in words. */
        public String refOrDefault() {
            return ref.isEmpty() ? "its default branch" : ref;
        }

        /** With what ADD says beside the address. */
        Git with(boolean keep, String hash) {
            return new Git(remote, ref, hash, subdir, keep, submodules, commitTimes, fetchByCommit);
        }

        /** With {@code .git}. */
        public Git withHistory() {
            return new Git(remote, ref, checksum, subdir, true, submodules, commitTimes, fetchByCommit);
        }

        /** With all files as old as the commit. */
        public Git withCommitTimes() {
            return new Git(remote, ref, checksum, subdir, keepGitDir, submodules, true, fetchByCommit);
        }
    }

    /**
     * Runs a process. Input 0 is the root file system, if {@code hasBase}; further ones are what mounts refer to.
     *
     * @param env {@code NAME=value}, complete
     * @param secretEnv {@code NAME=value} that do not count for the cache, such as proxy settings
     * @param user as {@code USER} gives it, empty for root
     * @param insecure {@code --security=insecure}
     * @param devices of this machine that it asks for
     * @param limits of the step alone; they don't count for the cache
     * @param platform that the programs of its root file system are for, as far as that is known
     */
    record Run(
            boolean hasBase,
            List<String> args,
            List<String> env,
            List<String> secretEnv,
            String cwd,
            String user,
            Network network,
            boolean insecure,
            List<RunMount> mounts,
            List<Device> devices,
            StepLimits limits,
            Optional<Platform> platform)
            implements Op {
        public Run {
            args = List.copyOf(args);
            env = List.copyOf(env);
            secretEnv = List.copyOf(secretEnv);
            mounts = List.copyOf(mounts);
            devices = List.copyOf(devices);
        }
    }

    /** {@code RUN --network}; {@code DEFAULT} is what the command line says. */
    enum Network {
        DEFAULT,
        NONE,
        HOST
    }

    /**
     * Copies files into the root file system. Input 0 is that, if {@code hasBase}; the others are where files come from.
     *
     * @param sources what is copied, in this order
     * @param inline files whose content stands in the Buildfile (heredocs), copied after {@code sources}
     * @param destination absolute path; a trailing slash says that it is a directory
     * @param owner {@code --chown}: names or ids
     * @param mode {@code --chmod}: octal or symbolic
     * @param fromStage whether the source tree is an image or stage ({@code --from}): then owners are kept
     */
    record Copy(
            boolean hasBase,
            List<Source> sources,
            List<InlineFile> inline,
            String destination,
            Optional<String> owner,
            Optional<String> mode,
            boolean fromStage,
            boolean parents,
            List<String> excludes,
            boolean link)
            implements Op {
        public Copy {
            sources = List.copyOf(sources);
            inline = List.copyOf(inline);
            excludes = List.copyOf(excludes);
        }
    }

    /**
     * Something to copy.
     *
     * @param input which of the vertex's inputs it is in
     * @param path as written after expansion
     * @param pattern whether asterisks and the like stand for other characters
     * @param extract whether it is unpacked where it turns out to be an archive
     */
    record Source(int input, String path, boolean pattern, boolean extract) {}

    /** A file of a heredoc: its name at the destination and its content. */
    record InlineFile(String name, String content) {}

    /**
     * Makes a directory, with its parents, where there is none ({@code WORKDIR}). Input 0 as for {@link Run}. Without a
     * base and for {@code /} it is an empty tree, which is what files are copied from where a stage is empty.
     *
     * @param owner whose the new directories are, as {@code USER} gives it: names or ids; root when absent
     */
    record Mkdir(boolean hasBase, String path, Optional<String> owner) implements Op {
        public Mkdir(boolean hasBase, String path) {
            this(hasBase, path, Optional.empty());
        }
    }
}
