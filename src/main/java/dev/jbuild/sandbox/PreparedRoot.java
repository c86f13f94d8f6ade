package dev.jbuild.sandbox;

import dev.jbuild.fs.FuseOverlayMarks;
import dev.jbuild.fs.TreeChanges;
import dev.jbuild.fs.Trees;
import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What is there of a root file system before the process is started, and how to get what the process changed. */
abstract class PreparedRoot implements AutoCloseable {
    private static final String COPY = "root";

    /** What is mounted on in every container. */
    private static final List<String> DIRECTORIES = List.of("/proc", "/sys", "/dev");

    private static final List<String> FILES = List.of("/etc/resolv.conf", "/etc/hosts");

    private final RunSpec spec;
    private final byte[] how;

    /** @param how overlays are made, as operations */
    private PreparedRoot(RunSpec spec, OpList how) {
        this.spec = spec;
        this.how = how.bytes();
    }

    /** The process, with the root and mounts that it has in fact. */
    RunSpec spec() {
        return spec;
    }

    /** All operations: those and, ahead of them, how overlays are made. */
    final byte[] operations(byte[] others) {
        byte[] all = Arrays.copyOf(how, how.length + others.length);
        System.arraycopy(others, 0, all, how.length, others.length);
        return all;
    }

    /** Has what was changed in the upper directory of the root, as overlayfs would have left it. The process is dead. */
    abstract void finish() throws IOException;

    /** Deletes what was there for the process alone. */
    @Override
    public void close() throws IOException {}

    static PreparedRoot overlay(RunSpec spec) {
        return new PreparedRoot(spec, new OpList()) {
            @Override
            void finish() {}
        };
    }

    /** With overlays by a program. */
    static PreparedRoot served(RunSpec spec, Path program) {
        return new PreparedRoot(spec, new OpList().op("fuse-overlay", program)) {
            @Override
            void finish() throws IOException {
                FuseOverlayMarks.replace(spec.root().upper());
            }
        };
    }

    /** With copies in place of overlays. */
    static PreparedRoot copied(RunSpec spec) throws IOException, UserError {
        Path at = spec.root().work().resolve(COPY);
        List<Changed> changed = new ArrayList<>();
        PreparedRoot prepared = new PreparedRoot(onCopies(spec, at), new OpList().op("copied")) {
            @Override
            void finish() throws IOException {
                for (Changed each : changed) {
                    each.changes().moveTo(each.upper());
                }
            }

            @Override
            public void close() throws IOException {
                changed.forEach(each -> each.copy().close());
                Trees.deleteRecursively(at);
                for (Mount.Overlay overlay : overlays(spec)) {
                    Trees.deleteRecursively(copyOf(overlay));
                }
            }
        };
        try {
            for (Mount.Overlay overlay : overlays(spec)) {
                RootCopy copy = copy(overlay);
                if (overlay.readOnly()) {
                    copy.close();
                } else {
                    changed.add(new Changed(copy, copy.changes(), overlay.upper()));
                }
            }
            RootCopy copy = copy(at, spec);
            changed.add(new Changed(copy, copy.changes(), spec.root().upper()));
            return prepared;
        } catch (IOException | UserError | RuntimeException e) {
            prepared.close();
            throw e;
        }
    }

    /** A copy, and where what is changed in it is to come. */
    private record Changed(RootCopy copy, TreeChanges changes, Path upper) {}

    /** The same where all is to stay: the root's upper directory is the copy. */
    static PreparedRoot copiedToStay(RunSpec spec) throws IOException, UserError {
        Path at = spec.root().upper();
        for (Mount.Overlay overlay : overlays(spec)) {
            copy(overlay).close();
        }
        copy(at, spec).close();
        return new PreparedRoot(onCopies(spec, at), new OpList().op("copied")) {
            @Override
            void finish() {}
        };
    }

    private static Path copyOf(Mount.Overlay overlay) {
        return overlay.work().resolve(COPY);
    }

    private static RootCopy copy(Mount.Overlay overlay) throws IOException {
        return RootCopy.make(Files.createDirectory(copyOf(overlay)), overlay.layers());
    }

    private static RootCopy copy(Path at, RunSpec spec) throws IOException, UserError {
        RootCopy copy = RootCopy.make(Files.createDirectories(at), spec.root().layers());
        try {
            makePoints(copy, spec.mounts());
            return copy;
        } catch (IOException | UserError | RuntimeException e) {
            copy.close();
            throw e;
        }
    }

    private static void makePoints(RootCopy copy, List<Mount> mounts) throws IOException, UserError {
        for (String directory : DIRECTORIES) {
            copy.point(directory, true);
        }
        for (String file : FILES) {
            copy.point(file, false);
        }
        for (Mount mount : mounts) {
            copy.point(mount.target(), isDirectory(mount));
        }
        copy.restoreTimes();
    }

    private static boolean isDirectory(Mount mount) {
        if (mount instanceof Mount.Bind bind) {
            return Files.isDirectory(bind.source());
        }
        if (mount instanceof Mount.Overlay overlay) {
            return Files.isDirectory(copyOf(overlay).resolve(relative(overlay.subPath())));
        }
        return mount instanceof Mount.Tmpfs;
    }

    private static String relative(String path) {
        return path.replaceFirst("^/+", "");
    }

    private static RunSpec onCopies(RunSpec spec, Path at) {
        Root root = spec.root();
        List<Mount> mounts = new ArrayList<>();
        for (Mount mount : spec.mounts()) {
            mounts.add(mount instanceof Mount.Overlay overlay ? onCopy(overlay) : mount);
        }
        return spec.with(new Root(List.of(), at, root.work(), root.readOnly()), mounts);
    }

    private static Mount onCopy(Mount.Overlay overlay) {
        return new Mount.Overlay(
                List.of(), copyOf(overlay), overlay.work(), overlay.subPath(), overlay.target(), overlay.readOnly());
    }

    private static List<Mount.Overlay> overlays(RunSpec spec) {
        return spec.mounts().stream()
                .filter(mount -> mount instanceof Mount.Overlay)
                .map(mount -> (Mount.Overlay) mount)
                .toList();
    }
}
