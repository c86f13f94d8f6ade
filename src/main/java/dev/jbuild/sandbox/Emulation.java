package dev.jbuild.sandbox;

import dev.jbuild.oci.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which platforms' programs this machine runs: its own, and those that an emulator is registered for with the kernel
 * (binfmt_misc). An emulator serves a container only if it was opened when it was registered (its flag F), for a
 * container has other files.
 */
public final class Emulation {
    /** Where the kernel lists the emulators. */
    public static final Path KERNEL = Path.of("/proc/sys/fs/binfmt_misc");

    private final Path formats;
    private final Platform host;

    /**
     * @param formats the directory that lists the emulators; there may be none
     */
    public Emulation(Path formats, Platform host) {
        this.formats = formats;
        this.host = host;
    }

    /** Why programs for a platform don't run here, and what can be done. */
    public record Obstacle(String what, List<String> hints) {
        public Obstacle {
            hints = List.copyOf(hints);
        }
    }

    /** What keeps programs for a platform from running here, if anything does. */
    public Optional<Obstacle> obstacle(Platform platform) {
        if (!platform.os().equals("linux")) {
            return Optional.of(new Obstacle(
                    "steps for " + platform + " can't run on Linux",
                    List.of("for such platforms only steps that copy files and set the configuration can be built")));
        }
        if (runsNatively(platform.architecture())) {
            return Optional.empty();
        }
        Optional<byte[]> header = ElfHeader.of(platform.architecture());
        boolean unopened = false;
        for (BinaryFormat format : header.isPresent() ? registered() : List.<BinaryFormat>of()) {
            if (format.enabled() && format.matches(header.orElseThrow())) {
                if (format.openedAtOnce()) {
                    return Optional.empty();
                }
                unopened = true;
            }
        }
        return Optional.of(missing(platform, unopened));
    }

    /** A processor runs the programs of its forerunner, too. */
    private boolean runsNatively(String architecture) {
        return architecture.equals(host.architecture())
                || (host.architecture().equals("amd64") && architecture.equals("386"))
                || (host.architecture().equals("arm64") && architecture.equals("arm"));
    }

    private Obstacle missing(Platform platform, boolean unopened) {
        String what = "steps for " + platform + " can't run on this " + host + " machine: "
                + (unopened
                        ? "the emulator for them is registered without the flag F, so that containers can't use it"
                        : "no emulator for them is registered");
        return new Obstacle(
                what,
                List.of(
                        "register one: install qemu-user-static, or run docker run --privileged --rm tonistiigi/binfmt"
                                + " --install " + platform.architecture(),
                        "a stage that only compiles can run here: FROM --platform=$BUILDPLATFORM"));
    }

    private List<BinaryFormat> registered() {
        List<BinaryFormat> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(formats)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (!name.equals("register") && !name.equals("status")) {
                    BinaryFormat.parse(Files.readString(entry, StandardCharsets.ISO_8859_1))
                            .ifPresent(found::add);
                }
            }
        } catch (IOException e) {
            // Where there is no such directory, or it isn't for us to read, nothing is registered.
            return List.of();
        }
        return found;
    }
}
