package dev.jbuild.cli;

import dev.jbuild.containers.Container;
import dev.jbuild.containers.SignalNumber;
import dev.jbuild.engine.Engine;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What the commands on containers have in common: they do for each what they can, and tell the first failure after that. */
final class ContainerArguments {
    private ContainerArguments() {}

    /** What is done with one. */
    interface Action {
        void with(String nameOrId, Container container) throws JbuildException;
    }

    static void each(Engine engine, List<String> namesOrIds, Action action) throws JbuildException {
        Optional<JbuildException> failure = Optional.empty();
        for (String nameOrId : namesOrIds) {
            try {
                action.with(nameOrId, engine.containers().find(nameOrId));
            } catch (JbuildException e) {
                if (failure.isPresent()) {
                    failure.get().addSuppressed(e);
                } else {
                    failure = Optional.of(e);
                }
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    static int signal(String text) throws UsageError {
        OptionalInt number = SignalNumber.of(text);
        return number.orElseThrow(
                () -> new UsageError("there is no signal " + text, "give a name such as TERM or SIGTERM, or a number"));
    }
}
