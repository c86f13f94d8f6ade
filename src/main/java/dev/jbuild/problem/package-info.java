/**
 * How anything going wrong is said: the few kinds of failure, each with a sentence, a place, hints and an exit code.
 *
 * <p>Invariant: kinds are told apart by who must act (the user, the environment, the other side, us). Only
 * {@code cli} renders them. Pure: no files, no clock.
 */
@NullMarked
package dev.jbuild.problem;

import org.jspecify.annotations.NullMarked;
