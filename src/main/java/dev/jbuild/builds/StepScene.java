package dev.jbuild.builds;

import java.util.List;

/**
 * What surrounded a step that ran, beside what its key says.
 *
 * @param hosts lines of its {@code /etc/hosts}
 * @param kept the ID of the image that its files were kept as when it had failed; empty if they weren't
 */
public record StepScene(List<SceneMount> mounts, List<String> hosts, String kept) {
    /** There was nothing. */
    public static final StepScene EMPTY = new StepScene(List.of(), List.of(), "");

    public StepScene {
        mounts = List.copyOf(mounts);
        hosts = List.copyOf(hosts);
    }

    /** The same when the files were kept. */
    public StepScene keptAs(String image) {
        return new StepScene(mounts, hosts, image);
    }
}
