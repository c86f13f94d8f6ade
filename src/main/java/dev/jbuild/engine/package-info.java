/**
 * The one public entry: request in, events out, result out. Reads like the story of a build, no logic of its own.
 *
 * <p>Besides builds there are what foretells one ({@code Forecaster}), what goes back to a step of an earlier one ({@code
 * StepShell}), and what keeps the cache within its limits meanwhile ({@code CacheLimits}).
 */
@NullMarked
package dev.jbuild.engine;

import org.jspecify.annotations.NullMarked;
