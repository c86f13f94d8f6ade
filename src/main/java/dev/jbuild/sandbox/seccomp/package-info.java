/**
 * Which system calls a process in a container may make: the rules and the program that the kernel runs for them.
 *
 * <p>Invariant: everything here is computed from values; the native program only hands the result to the kernel. The rules
 * follow the default profile that docker documents, turned round: what isn't restricted is allowed, up to the newest call
 * that was looked at; newer ones don't exist, as far as a process can see.
 */
@NullMarked
package dev.jbuild.sandbox.seccomp;

import org.jspecify.annotations.NullMarked;
