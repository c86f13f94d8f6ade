/**
 * The port for pulling from and pushing to registries, and credentials.
 *
 * <p>Invariant: nothing that was pulled is handed on before its digest was checked. Does not know {@code store}.
 */
@NullMarked
package dev.jbuild.registry;

import org.jspecify.annotations.NullMarked;
