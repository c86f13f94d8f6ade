package dev.jbuild.engine;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A container that is to run in the background.
 *
 * @param name one is made up if there is none
 * @param remove whether it goes when it has ended
 * @param stopSignal asks the command to end; else the image says which
 */
public record StartRequest(RunRequest run, Optional<String> name, boolean remove, OptionalInt stopSignal) {}
