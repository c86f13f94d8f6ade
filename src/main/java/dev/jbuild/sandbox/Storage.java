package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sys.SearchPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how root file systems are made: by overlayfs unless something else is asked for, and if the kernel turns out not to
 * do it here, by what is next best. Safe for use by many threads.
 */
final class Storage {
    private static final String PROGRAM = "fuse-overlayfs";
    private static final Path FUSE = Path.of("/dev/fuse");

    private final Optional<StorageDriver> asked;
    private final String searchPath;
    private final Path program;
    private final Path scratch;
    private StorageDriver chosen;
    /** Once known. */
    private @Nullable Boolean fit;

    /**
     * @param asked which one the user wants, and no other
     * @param searchPath where fuse-overlayfs is looked up
     * @param program the {@code jbuild-sandbox} executable
     * @param scratch where overlays can be tried
     */
    Storage(Optional<StorageDriver> asked, String searchPath, Path program, Path scratch) {
        this.asked = asked;
        this.searchPath = searchPath;
        this.program = program;
        this.scratch = scratch;
        this.chosen = asked.orElse(StorageDriver.OVERLAY);
    }

    /** Makes what the process needs before it can be started. To be closed when all of it is dead. */
    PreparedRoot prepare(RunSpec spec) throws IOException, JbuildException {
        return switch (driver()) {
            case OVERLAY -> PreparedRoot.overlay(spec);
            case FUSE_OVERLAYFS -> PreparedRoot.served(spec, served(spec));
            case VFS -> PreparedRoot.copied(spec);
        };
    }

    /** The same for a process that outlives this one, whose files stay in its upper directory. */
    PreparedRoot prepareToStay(RunSpec spec) throws IOException, JbuildException {
        return driver() == StorageDriver.VFS ? PreparedRoot.copiedToStay(spec) : prepare(spec);
    }

    /** The one in use. */
    synchronized StorageDriver driver() {
        return chosen;
    }

    private Path served(RunSpec spec) throws JbuildException {
        if (spec.confinement().users().isPresent()) {
            throw new EnvironmentError(
                    "--userns=auto can't be had of fuse-overlayfs, as its files can't be shown to other users",
                    "leave --userns=auto out, or use --storage-driver=overlay or vfs");
        }
        Path server = SearchPath.find(PROGRAM, searchPath)
                .orElseThrow(
                        () -> new EnvironmentError(
                                "fuse-overlayfs isn't installed",
                                "install it (Debian and Ubuntu: apt-get install fuse-overlayfs), or leave --storage-driver out"));
        if (!isFit()) {
            throw new EnvironmentError(
                    "fuse-overlayfs can't be used here: no marks of deletion can be made in " + scratch,
                    "keep the store on another file system with --root, or leave --storage-driver out");
        }
        return server;
    }

    /** Whether the store is where deletions can be marked as fuse-overlayfs knows them. */
    private synchronized boolean isFit() throws EnvironmentError {
        Boolean known = fit;
        if (known == null) {
            known = probe().overlays().deletions();
            fit = known;
        }
        return known;
    }

    private SandboxProbe probe() {
        return new SandboxProbe(program, scratch, searchPath, asked);
    }

    /**
     * After the set-up failed: whether it is worth trying again, because overlays don't work here and something else does
     * instead from now on, which is said.
     */
    synchronized boolean fallBack(SetupFailure failure, RunSpec spec, Sandbox.Output output) throws EnvironmentError {
        if (asked.isPresent() || !failure.isOfOverlay()) {
            return false;
        }
        if (chosen != StorageDriver.OVERLAY) {
            return true; // somebody else was as quick
        }
        SandboxProbe.Overlays overlays = probe().overlays();
        if (overlays.mounted()) {
            return false;
        }
        fit = overlays.deletions();
        boolean wanted = overlays.deletions() && spec.confinement().users().isEmpty();
        boolean serves = wanted
                && SearchPath.find(PROGRAM, searchPath).isPresent()
                && Files.isReadable(FUSE)
                && Files.isWritable(FUSE);
        chosen = serves ? StorageDriver.FUSE_OVERLAYFS : StorageDriver.VFS;
        output.notice("the kernel mounts no overlays here (%s): %s (jbuild doctor says more)"
                .formatted(failure.reason(), serves ? "fuse-overlayfs is used instead" : copies(wanted)));
        return true;
    }

    private static String copies(boolean couldBeServed) {
        return "each step gets a copy of all its files instead, which takes long"
                + (couldBeServed
                        ? "; fuse-overlayfs would be faster, if it were installed and /dev/fuse could be opened"
                        : "");
    }
}
