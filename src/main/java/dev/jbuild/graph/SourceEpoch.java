package dev.jbuild.graph;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.buildfile.Environment;
import dev.jbuild.buildfile.Instruction;
import dev.jbuild.buildfile.Stage;
import dev.jbuild.buildfile.WordExpander;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the time that {@code SOURCE_DATE_EPOCH} sets for everything that is made: a number, or that of the build context,
 * of a named context, or of what a stage adds, as BuildKit has it.
 */
final class SourceEpoch {
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+");

    private final Buildfile buildfile;
    private final GlobalArguments arguments;
    private final Platform platform;
    private final Bases bases;
    private final WordExpander expander;

    SourceEpoch(Buildfile buildfile, GlobalArguments arguments, Platform platform, Bases bases) {
        this.buildfile = buildfile;
        this.arguments = arguments;
        this.platform = platform;
        this.bases = bases;
        this.expander = new WordExpander(buildfile.escape());
    }

    /** The time; nothing if the argument isn't set, or names something that has none. */
    Optional<Instant> find(String value) throws JbuildException {
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (NUMBER.matcher(value).matches()) {
            return Optional.of(number(value));
        }
        if (value.equals("context")) {
            return bases.time(new Op.Context(""));
        }
        Optional<Bases.NamedContext> named = bases.named(value, platform);
        if (named.isPresent()) {
            return named.get() instanceof Bases.NamedContext.Remote remote
                    ? bases.time(remote.source())
                    : Optional.empty();
        }
        for (Stage stage : buildfile.stages()) {
            if (stage.name().filter(value::equalsIgnoreCase).isPresent()) {
                return bases.time(located(stage));
            }
        }
        throw invalid(value);
    }

    private static Instant number(String value) throws UserError {
        try {
            return Instant.ofEpochSecond(Long.parseLong(value));
        } catch (NumberFormatException | DateTimeException e) {
            throw invalid(value);
        }
    }

    private static UserError invalid(String value) {
        return new UserError(
                "invalid SOURCE_DATE_EPOCH: " + value,
                "give seconds since 1970, such as 1700000000, or the name of a context or stage");
    }

    private Op located(Stage stage) throws JbuildException {
        try {
            return source(stage);
        } catch (UserError e) {
            throw Located.at(buildfile.excerpt(stage.range()), e);
        }
    }

    /** What a stage adds that does nothing else. */
    private Op source(Stage stage) throws UserError {
        Map<String, String> variables = new LinkedHashMap<>(arguments.values());
        variables.remove(GlobalArguments.EPOCH);
        String base = expander.processWord(stage.baseName(), Environment.of(variables));
        if (!base.equals(BaseResolver.SCRATCH)) {
            throw new UserError("SOURCE_DATE_EPOCH stage must use FROM scratch");
        }
        Optional<Op> source = Optional.empty();
        for (Instruction instruction : stage.instructions()) {
            if (instruction instanceof Instruction.Arg arg) {
                define(arg, variables);
            } else if (instruction instanceof Instruction.Add add) {
                if (source.isPresent()) {
                    throw notOne();
                }
                source = Optional.of(added(add, variables));
            } else {
                throw new UserError("SOURCE_DATE_EPOCH stage does not meet source-only requirements: unsupported "
                        + keyword(instruction) + " instruction");
            }
        }
        return source.orElseThrow(SourceEpoch::notOne);
    }

    private static UserError notOne() {
        return new UserError("SOURCE_DATE_EPOCH stage must contain exactly one remote ADD");
    }

    private static String keyword(Instruction instruction) {
        return instruction.text().split("\\s", 2)[0].toLowerCase(Locale.ROOT);
    }

    private void define(Instruction.Arg arg, Map<String, String> variables) throws UserError {
        for (Instruction.Arg.Definition definition : arg.definitions()) {
            Optional<String> given = arguments.given(definition.name());
            if (given.isPresent()) {
                variables.put(definition.name(), given.get());
            } else if (definition.value().isPresent()) {
                String value = expander.processWord(definition.value().get(), Environment.of(variables));
                variables.put(definition.name(), value);
            }
        }
    }

    private Op added(Instruction.Add add, Map<String, String> variables) throws UserError {
        if (!add.contents().isEmpty() || add.sources().size() != 1) {
            throw new UserError("SOURCE_DATE_EPOCH stage must contain exactly one remote ADD source");
        }
        Environment environment = Environment.of(variables);
        Instruction.Add expanded = add.expand(word -> expander.processWord(word, environment));
        List<String> sources = expanded.sources();
        return RemoteSources.operation(sources.get(0), expanded)
                .orElseThrow(() -> new UserError("SOURCE_DATE_EPOCH stage source must be a single HTTP(S) or Git ADD"));
    }
}
