/**
 * What a running build says about itself: sealed events, the sink they go to, and cancellation.
 *
 * <p>Invariant: events are immutable values without colour or layout; the engine never prints. Pure: whoever makes
 * an event gives it its time.
 */
@NullMarked
package dev.jbuild.progress;

import org.jspecify.annotations.NullMarked;
