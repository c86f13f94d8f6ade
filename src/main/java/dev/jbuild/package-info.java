/** jbuild: a container image builder and copy-on-write layer store. */
@NullMarked
package dev.jbuild;

import org.jspecify.annotations.NullMarked;
