package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;

/** Expands the variables in one word of an instruction. */
@FunctionalInterface
public interface Expander {
    String expand(String word) throws UserError;
}
