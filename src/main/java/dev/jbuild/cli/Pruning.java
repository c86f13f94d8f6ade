package dev.jbuild.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.containers.Container;
import dev.jbuild.engine.Engine;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.CollectionRequest;
import dev.jbuild.store.CollectionRequest.Rule;
import dev.jbuild.store.Store;
import dev.jbuild.store.Store.Collected;
import dev.jbuild.store.Victim;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Predicate;

/** Carries out the commands that delete what isn't needed, and says what they did. */
final class Pruning {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int ID_LENGTH = 19;

    private final Invocation invocation;
    private final PruneOptions options;
    private final boolean json;
    private boolean containers;

    Pruning(Invocation invocation, PruneOptions options) throws JbuildException {
        this.invocation = invocation;
        this.options = options;
        this.json = Listing.isJson(options.format);
    }

    /** Removes containers that have ended, too. */
    Pruning withContainers() {
        containers = true;
        return this;
    }

    /**
     * @param names which names of images are to go
     * @param what what is to be confirmed if names go
     */
    int run(Predicate<String> names, String what) throws JbuildException {
        try (Engine engine = invocation.open()) {
            Store store = engine.store();
            List<Rule> rules = options.rules(disk(store));
            if (!rules.isEmpty() || !what.isEmpty()) {
                options.confirm(invocation.console(), confirmed(rules, what));
            }
            CollectionRequest request = new CollectionRequest(cause(), names, rules);
            containers(engine);
            if (options.dryRun) {
                plan(store.victims(request));
            } else {
                done(store.collect(request));
                engine.builds().sweep();
                engine.caches().sweep();
            }
        }
        return ExitCode.OK;
    }

    private void containers(Engine engine) throws JbuildException {
        if (!containers) {
            return;
        }
        List<Container> gone = options.dryRun
                ? ContainerPruneCommand.ended(engine.containers())
                : ContainerPruneCommand.remove(engine.containers(), Invocation.interruptible());
        PrintStream out = invocation.console().out();
        if (json) {
            gone.forEach(container -> out.println(text(MAPPER.createObjectNode()
                    .put("type", "container")
                    .put("id", container.id())
                    .put("description", container.name())
                    .put("reason", "it has ended"))));
        } else if (!gone.isEmpty()) {
            out.println(options.dryRun ? "Would delete containers:" : "Deleted containers:");
            gone.forEach(container -> out.println(container.id()));
        }
    }

    private String confirmed(List<Rule> rules, String what) {
        String cache = options.all ? "the build cache" : "what matches of the build cache";
        return rules.isEmpty() ? what : what.isEmpty() ? cache : what + " and " + cache;
    }

    private String cause() {
        return invocation.command() + (options.all ? " --all" : "");
    }

    private static long disk(Store store) throws JbuildException {
        try {
            return Files.getFileStore(store.root()).getTotalSpace();
        } catch (IOException e) {
            throw new EnvironmentError("the size of the disk with the store can't be found: " + e.getMessage(), e);
        }
    }

    private void plan(List<Victim> victims) {
        PrintStream out = invocation.console().out();
        long bytes = victims.stream().mapToLong(Victim::bytes).sum();
        if (json) {
            victims.forEach(victim -> out.println(line(victim)));
            ObjectNode total = MAPPER.createObjectNode();
            total.put("dryRun", true).put("things", victims.size()).put("bytes", bytes);
            out.println(text(total));
            return;
        }
        table(victims);
        out.println("Would delete " + Quantities.counted(victims.size(), "thing"));
        out.println("Total reclaimable space: " + Quantities.size(bytes));
    }

    private void done(Collected collected) {
        PrintStream out = invocation.console().out();
        if (json) {
            collected.victims().forEach(victim -> out.println(line(victim)));
            ObjectNode total = MAPPER.createObjectNode();
            total.put("layers", collected.layers())
                    .put("blobs", collected.blobs())
                    .put("records", collected.records())
                    .put("directories", collected.directories())
                    .put("bytes", collected.bytes());
            out.println(text(total));
            return;
        }
        if (options.verbose) {
            table(collected.victims());
        }
        String directories = collected.directories() == 0
                ? ""
                : collected.directories()
                        + (collected.directories() == 1 ? " cached directory, " : " cached directories, ");
        out.println("Deleted " + directories + Quantities.counted(collected.layers(), "layer") + ", "
                + Quantities.counted(collected.blobs(), "blob") + " and "
                + Quantities.counted(collected.records(), "cache record"));
        out.println("Total reclaimed space: " + Quantities.size(collected.bytes()));
    }

    private void table(List<Victim> victims) {
        if (victims.isEmpty()) {
            return;
        }
        Table table = new Table("TYPE", "ID", "SIZE", "WHY", "WHAT");
        for (Victim victim : victims) {
            String id = victim.id().startsWith("sha") ? victim.id().substring(0, ID_LENGTH) : victim.id();
            String what = NameLines.escaped(victim.description().getBytes(StandardCharsets.UTF_8));
            table.row(victim.kind(), id, Quantities.size(victim.bytes()), victim.reason(), what);
        }
        table.print(invocation.console().out());
    }

    private static String line(Victim victim) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("type", victim.kind());
        json.put("id", victim.id());
        json.put("description", victim.description());
        json.put("reason", victim.reason());
        json.put("bytes", victim.bytes());
        return text(json);
    }

    private static String text(ObjectNode json) {
        try {
            return MAPPER.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree can always be written", e);
        }
    }
}
