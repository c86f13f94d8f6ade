/**
 * The port for pulling from and pushing to registries, and credentials in the files of docker and podman.
 *
 * <p>Invariant: nothing that was pulled is handed on before its digest was checked: manifests here, blobs by whoever
 * reads them. A credential is shown to no host but the registry and the token service it names. Does not know {@code
 * store}.
 */
@NullMarked
package dev.jbuild.registry;

import org.jspecify.annotations.NullMarked;
