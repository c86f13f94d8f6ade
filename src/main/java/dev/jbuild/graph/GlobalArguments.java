package dev.jbuild.graph;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.buildfile.Environment;
import dev.jbuild.buildfile.Instruction;
import dev.jbuild.buildfile.WordExpander;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The arguments that FROM lines may use and stages may ask for: predefined ones, and those above the first FROM. */
final class GlobalArguments {
    static final String EPOCH = "SOURCE_DATE_EPOCH";
    private static final List<String> PROXY_NAMES =
            List.of("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY");

    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, String> given;

    private GlobalArguments(Map<String, String> given) {
        this.given = new TreeMap<>(given);
    }

    static GlobalArguments of(Buildfile buildfile, GraphOptions options) throws JbuildException {
        GlobalArguments arguments = new GlobalArguments(options.buildArgs());
        arguments.values.putAll(PredefinedVariables.arguments(options, lastName(buildfile)));
        WordExpander expander = new WordExpander(buildfile.escape());
        for (Instruction.Arg arg : buildfile.globalArgs()) {
            try {
                arguments.define(arg, expander);
            } catch (UserError e) {
                throw Located.at(buildfile.excerpt(arg), e);
            }
        }
        return arguments;
    }

    private static String lastName(Buildfile buildfile) {
        return buildfile.stages().get(buildfile.stages().size() - 1).name().orElse("");
    }

    private void define(Instruction.Arg arg, WordExpander expander) throws UserError {
        for (Instruction.Arg.Definition definition : arg.definitions()) {
            String name = definition.name();
            if (given.containsKey(name)) {
                values.put(name, given.get(name));
            } else if (definition.value().isPresent()) {
                values.put(name, expander.processWord(definition.value().get(), Environment.of(values)));
            }
        }
    }

    Map<String, String> values() {
        return values;
    }

    /** The value of {@code --build-arg}. */
    Optional<String> given(String name) {
        return Optional.ofNullable(given.get(name));
    }

    /** Puts the time in place of what {@code SOURCE_DATE_EPOCH} was; without one, it is as if that were not given. */
    Optional<Instant> resolveEpoch(SourceEpoch source) throws JbuildException {
        Optional<Instant> epoch = source.find(given(EPOCH).orElse(values.getOrDefault(EPOCH, "")));
        Optional<String> text = epoch.map(time -> Long.toString(time.getEpochSecond()));
        for (Map<String, String> variables : List.of(given, values)) {
            if (text.isPresent()) {
                variables.replace(EPOCH, text.get());
            } else {
                variables.remove(EPOCH);
            }
        }
        return epoch;
    }

    /** The proxy settings that every process gets without asking; they don't count for the cache. */
    List<String> proxyVariables() {
        Map<String, String> proxies = new LinkedHashMap<>();
        given.forEach((name, value) -> {
            String upper = name.toUpperCase(Locale.ROOT);
            if (PROXY_NAMES.contains(upper)) {
                proxies.put(upper, value);
            }
        });
        List<String> variables = new ArrayList<>();
        for (String name : PROXY_NAMES) {
            String value = proxies.getOrDefault(name, "");
            if (!value.isEmpty()) {
                variables.add(name + "=" + value);
                variables.add(name.toLowerCase(Locale.ROOT) + "=" + value);
            }
        }
        return variables;
    }
}
