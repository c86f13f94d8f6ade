package dev.jbuild.context;

import dev.jbuild.problem.JbuildException;
import java.util.Optional;

/** The secrets that a build was given, some of which open other machines' doors. */
@FunctionalInterface
public interface BuildSecrets {
    BuildSecrets NONE = id -> Optional.empty();

    /** A secret's value as text, if there is one with this id. */
    Optional<String> find(String id) throws JbuildException;
}
