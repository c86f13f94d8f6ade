package dev.jbuild.cli;

import dev.jbuild.problem.UsageError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Flags of {@code docker buildx build} and {@code buildah build} that jbuild knows but doesn't carry out yet. To ignore them
 * would give another result than was asked for, so they are refused.
 */
final class UnsupportedBuildFlags {
    private static final Map<String, String> WITH_VALUE = new LinkedHashMap<>();
    private static final Map<String, String> SWITCHES = new LinkedHashMap<>();

    static {
        WITH_VALUE.put("--builder", "remote builders");
        WITH_VALUE.put("--policy", "policies written in Rego");
        SWITCHES.put("--identity-label", "a label of its own");
        SWITCHES.put("--created-annotation", "an annotation of the time");
    }

    private UnsupportedBuildFlags() {}

    private static boolean concern(CommandSpec spec) {
        return spec.userObject() instanceof BuildCommand || spec.userObject() instanceof PlanCommand;
    }

    static void addTo(CommandSpec spec) {
        if (!concern(spec)) {
            return;
        }
        WITH_VALUE.keySet().forEach(name -> add(spec, name, "1"));
        SWITCHES.keySet().forEach(name -> add(spec, name, "0"));
    }

    private static void add(CommandSpec spec, String name, String arity) {
        OptionSpec.Builder option = OptionSpec.builder(name).hidden(true).arity(arity);
        if (arity.equals("0")) {
            option.type(boolean.class);
        } else {
            option.type(List.class).auxiliaryTypes(String.class);
        }
        spec.addOption(option.build());
    }

    /** Refuses the first of these flags that the command line holds. */
    static void refuse(ParseResult parsed) throws UsageError {
        if (!concern(parsed.commandSpec())) {
            return;
        }
        for (OptionSpec option : parsed.matchedOptions()) {
            String name = option.longestName();
            String what = WITH_VALUE.getOrDefault(name, SWITCHES.getOrDefault(name, ""));
            boolean off = List.of("false", "[false]").contains(String.valueOf(option.<Object>getValue()));
            if (!what.isEmpty() && !off) {
                throw new UsageError(
                        "the flag " + name + " is not supported yet: jbuild can't do " + what,
                        "leave the flag out; jbuild refuses it rather than build something else than you asked for");
            }
        }
    }
}
