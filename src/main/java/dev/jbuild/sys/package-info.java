/**
 * The Linux calls jbuild makes, one method a call, errno as an exception. The only room that knows JNI and jnr.
 *
 * <p>Invariant: native code is loaded by the first call and not before. Paths are bytes ({@link
 * dev.jbuild.sys.RawPath}).
 */
@NullMarked
package dev.jbuild.sys;

import org.jspecify.annotations.NullMarked;
