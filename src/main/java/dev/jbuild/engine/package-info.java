/**
 * The one public entry: request in, events out, result out. Reads like the story of a build, no logic of its own.
 */
@NullMarked
package dev.jbuild.engine;

import org.jspecify.annotations.NullMarked;
