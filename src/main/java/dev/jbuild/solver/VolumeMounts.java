package dev.jbuild.solver;

import dev.jbuild.builds.SceneMount;
import dev.jbuild.context.DirectoryContext;
import dev.jbuild.context.IgnoreFile;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sandbox.Mount;
import dev.jbuild.store.LayerStore.WorkArea;
import dev.jbuild.sys.RawPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The {@code --volume}s of a build: what they add to the key of a RUN, and how they are mounted. */
final class VolumeMounts {
    private final List<HostVolume> volumes;
    private final StepTools tools;

    VolumeMounts(StepTools tools) {
        this.volumes = tools.defaults().volumes();
        this.tools = tools;
    }

    /**
     * What they add to a step's key: what is in them, if steps can't change it. What is in one that they can change counts as
     * little as what is in a cache.
     */
    List<String> keys() throws JbuildException {
        List<String> keys = new ArrayList<>();
        for (HostVolume volume : volumes) {
            String content = volume.access() == HostVolume.Access.READ_WRITE
                    ? volume.source().toString()
                    : digest(volume).toString();
            keys.add("volume " + volume.target() + " " + volume.access() + " " + content);
        }
        return keys;
    }

    private static Digest digest(HostVolume volume) throws JbuildException {
        Path source = existing(volume);
        if (Files.isDirectory(source)) {
            return SourceDigest.of(DirectoryContext.open(source, IgnoreFile.none()), RawPath.ROOT);
        }
        Path parent = Objects.requireNonNull(source.getParent());
        String name = Objects.requireNonNull(source.getFileName()).toString();
        return SourceDigest.of(DirectoryContext.open(parent, IgnoreFile.none()), RawPath.of(name));
    }

    private static Path existing(HostVolume volume) throws UserError {
        if (!Files.exists(volume.source())) {
            throw new UserError("--volume: there is no file or directory " + volume.source() + " on this machine");
        }
        return volume.source();
    }

    void prepare(RunMounts.Prepared prepared) throws JbuildException {
        for (HostVolume volume : volumes) {
            Path source = existing(volume);
            boolean readOnly = volume.access() == HostVolume.Access.READ_ONLY;
            prepared.scene().add(new SceneMount.Host(volume.target(), source, readOnly));
            prepared.mounts()
                    .add(
                            volume.access() == HostVolume.Access.OVERLAY
                                    ? overlay(volume, source, prepared)
                                    : new Mount.Bind(
                                            source, volume.target(), volume.access() == HostVolume.Access.READ_ONLY));
        }
    }

    private Mount overlay(HostVolume volume, Path source, RunMounts.Prepared prepared) throws JbuildException {
        if (!Files.isDirectory(source)) {
            throw new UserError("--volume: " + source + " is no directory, so it can't be mounted with :O");
        }
        WorkArea area = tools.store().layers().workArea();
        prepared.resources().push(area);
        return new Mount.Overlay(List.of(source), area.upper(), area.work(), "/", volume.target(), false);
    }
}
