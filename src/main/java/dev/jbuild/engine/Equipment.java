package dev.jbuild.engine;

import dev.jbuild.image.ImageLibrary;
import dev.jbuild.registry.Registries;
import dev.jbuild.sandbox.Isolation;
import dev.jbuild.sandbox.Sandbox;
import dev.jbuild.store.Store;
import java.time.InstantSource;

/** What an engine works with, whatever it is asked for. */
record Equipment(
        EngineSettings settings,
        Store store,
        Registries registries,
        ImageLibrary images,
        Sandbox namespaces,
        Sandbox chroot,
        InstantSource clock) {
    /** What runs processes in this way. */
    Sandbox sandbox(Isolation isolation) {
        return switch (isolation) {
            case NAMESPACES -> namespaces;
            case CHROOT -> chroot;
        };
    }
}
