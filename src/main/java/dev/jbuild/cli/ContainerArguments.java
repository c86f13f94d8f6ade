package dev.jbuild.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.containers.Container;
import dev.jbuild.containers.Containers;
import dev.jbuild.containers.SignalNumber;
import dev.jbuild.engine.Engine;
import dev.jbuild.inspect.ContainerInspection;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** What is known of each, as docker says it. */
    static List<ObjectNode> inspect(Engine engine, List<String> namesOrIds) throws JbuildException {
        List<ObjectNode> known = new ArrayList<>();
        each(
                engine,
                namesOrIds,
                (nameOrId, container) -> known.add(
                        ContainerInspection.of(container, engine.containers().state(container))));
        return known;
    }

    /** Whether the container in this directory can be removed. */
    static boolean hasEnded(Engine engine, Path directory) {
        try {
            Containers containers = engine.containers();
            return containers.hasEnded(containers.find(String.valueOf(directory.getFileName())));
        } catch (JbuildException e) {
            return false; // it was just removed
        }
    }

    static int signal(String text) throws UsageError {
        OptionalInt number = SignalNumber.of(text);
        return number.orElseThrow(
                () -> new UsageError("there is no signal " + text, "give a name such as TERM or SIGTERM, or a number"));
    }
}
