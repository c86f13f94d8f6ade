/** The packaged program, run as a process: what it prints, what it makes and what it leaves behind. */
@NullMarked
package dev.jbuild.e2e;

import org.jspecify.annotations.NullMarked;
