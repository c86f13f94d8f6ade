/**
 * The registry port by means of Jib core. The only package that knows Jib.
 */
@NullMarked
package dev.jbuild.registry.jib;

import org.jspecify.annotations.NullMarked;
