package dev.jbuild.engine;

import dev.jbuild.image.ImageLibrary;
import dev.jbuild.registry.Registries;
import dev.jbuild.sandbox.Sandbox;
import dev.jbuild.store.Store;
import java.time.InstantSource;

/** What an engine works with, whatever it is asked for. */
record Equipment(
        EngineSettings settings,
        Store store,
        Registries registries,
        ImageLibrary images,
        Sandbox sandbox,
        InstantSource clock) {}
