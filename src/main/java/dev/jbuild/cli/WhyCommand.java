package dev.jbuild.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.builds.BuildRecord;
import dev.jbuild.builds.MissReason;
import dev.jbuild.builds.MissReasons;
import dev.jbuild.builds.RecordedStep;
import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jbuild why}. */
@Command(name = "why", description = "Tell why steps of a build ran and were not taken from the cache.")
final class WhyCommand implements JbuildCommand {
    private static final int SHOWN = 20;

    @Option(names = "--all", description = "Name every cause, however many there are.")
    private boolean all;

    @Option(names = "--format", paramLabel = "json", description = "Print JSON.")
    private @Nullable String format;

    @Mixin
    private BuildStepArguments arguments = new BuildStepArguments();

    private record Explained(RecordedStep step, MissReason reason) {}

    @Override
    public int run(Invocation invocation) throws JbuildException {
        boolean json = Listing.isJson(format);
        PrintStream out = invocation.console().out();
        try (Engine engine = invocation.open()) {
            BuildRecord record = arguments.build(engine.builds());
            MissReasons reasons =
                    new MissReasons(engine.builds(), engine.store().journal());
            List<Explained> explained = new ArrayList<>();
            Optional<List<RecordedStep>> named = arguments.named(record);
            for (RecordedStep each : named.orElse(record.steps())) {
                if (!each.key().isEmpty() && each.ran()) {
                    explained.add(new Explained(each, reasons.of(record, each.number())));
                }
            }
            if (json) {
                out.println(json(record, explained));
            } else {
                print(record, named.orElse(List.of()), explained, out);
            }
        }
        return ExitCode.OK;
    }

    private void print(BuildRecord build, List<RecordedStep> named, List<Explained> explained, PrintStream out) {
        out.println("Build " + build.id() + " of " + TerminalText.clean(BuildsCommands.title(build)) + ", " + ago(build)
                + ": " + BuildsCommands.counts(build));
        for (Explained each : explained) {
            out.println();
            out.println("#" + each.step().number() + " " + BuildsCommands.name(each.step()));
            print(each.reason(), out);
        }
        if (explained.isEmpty()) {
            out.println();
            for (RecordedStep each : named) {
                out.println("#" + each.number() + " " + BuildsCommands.name(each) + ": "
                        + BuildsCommands.word(each.outcome()));
            }
            out.println("Nothing that the cache knows of ran.");
        }
    }

    private void print(MissReason reason, PrintStream out) {
        if (reason.kind() == MissReason.Kind.CHANGED) {
            out.println("    ran because, compared with build "
                    + reason.compared()
                            .map(each -> each.id() + " (" + ago(each) + ")")
                            .orElse("?")
                    + ", there changed:");
        } else {
            out.println("    ran because");
        }
        int shown = all ? Integer.MAX_VALUE : SHOWN;
        reason.causes().stream()
                .limit(shown)
                .forEach(cause -> out.println("      " + TerminalText.clean(PlainProgress.oneLine(cause))));
        if (reason.causes().size() > shown) {
            out.println("      and " + (reason.causes().size() - shown) + " more (--all names them)");
        }
    }

    private static String ago(BuildRecord build) {
        return Quantities.ago(Duration.between(build.startedAt(), Instant.now()));
    }

    private static String json(BuildRecord build, List<Explained> explained) {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = mapper.createObjectNode();
        json.put("build", build.id());
        ArrayNode steps = json.putArray("steps");
        for (Explained each : explained) {
            ObjectNode step = steps.addObject();
            step.put("number", each.step().number());
            step.put("name", each.step().name());
            step.put("line", each.step().line());
            step.put("kind", BuildsCommands.word(each.reason().kind()));
            each.reason().compared().ifPresent(other -> step.put("comparedWith", other.id()));
            each.reason().removal().ifPresent(removal -> {
                ObjectNode entry = step.putObject("removal");
                entry.put("at", removal.at().toString());
                entry.put("cause", removal.cause());
                entry.put("reason", removal.victim().reason());
                entry.put("kind", removal.victim().kind());
                entry.put("id", removal.victim().id());
            });
            ArrayNode causes = step.putArray("causes");
            each.reason().causes().forEach(causes::add);
        }
        try {
            return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree can always be written", e);
        }
    }
}
