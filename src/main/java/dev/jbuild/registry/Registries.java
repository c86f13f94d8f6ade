package dev.jbuild.registry;

import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.JbuildException;

/** Gives clients for repositories, with the credentials and trust settings that belong to them. */
@FunctionalInterface
public interface Registries {
    RegistryClient client(ImageReference repository) throws JbuildException;
}
