/**
 * What an image is made of, told: configuration, history, layers, trees.
 */
@NullMarked
package dev.jbuild.inspect;

import org.jspecify.annotations.NullMarked;
