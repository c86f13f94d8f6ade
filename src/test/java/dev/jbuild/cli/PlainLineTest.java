package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.cli.CommandSyntax.Kind;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParseResult;

/** Plain command lines mean what picocli takes them for, and others are left to it. */
class PlainLineTest {
    private static final Map<String, CommandSyntax> SYNTAXES =
            PicocliSyntax.all(CommandTable.whole(new TestConsole().console()));

    private static CommandTable table() {
        return new CommandTable(new TestConsole().console(), name -> Optional.ofNullable(SYNTAXES.get(name)));
    }

    /** What a line came to: the words of the command, and the values of all fields. */
    private static Map<String, Object> values(String words, Object command, GlobalOptions globals) {
        Map<String, Object> values = new TreeMap<>();
        values.put("called", words + " " + command.getClass());
        collect(values, "globals.", globals);
        collect(values, "command.", command);
        return values;
    }

    private static void collect(Map<String, Object> values, String path, Object owner) {
        for (Class<?> type = owner.getClass(); type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())) {
                    continue;
                }
                try {
                    field.setAccessible(true);
                    Object value = field.get(owner);
                    if (field.isAnnotationPresent(Mixin.class)) {
                        collect(values, path + field.getName() + ".", value);
                    } else {
                        values.put(path + field.getName(), value);
                    }
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private static Optional<Map<String, Object>> plain(String... line) {
        GlobalOptions globals = new GlobalOptions();
        return table().plain(globals, line).map(called -> values(called.words(), called.command(), globals));
    }

    /** The same by picocli. Absent if there is something else to do than to run the command. */
    private static Optional<Map<String, Object>> full(String... line) {
        GlobalOptions globals = new GlobalOptions();
        ParseResult last;
        try {
            last = table().commandLine(globals, line).parseArgs(line);
        } catch (CommandLine.ParameterException e) {
            return Optional.empty();
        }
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        if (last.isUsageHelpRequested() || globals.helpAsked() || globals.version) {
            return Optional.empty();
        }
        return Optional.of(
                values(last.commandSpec().qualifiedName(), last.commandSpec().userObject(), globals));
    }

    private static void assertSame(List<String> line) {
        String[] words = line.toArray(new String[0]);
        assertThat(plain(words)).as("%s", line).isPresent().isEqualTo(full(words));
    }

    /** The least that a command has to be given: its name, options and arguments. */
    private static List<String> least(String name) {
        List<String> line = new ArrayList<>(List.of(name.split(" ")));
        CommandSyntax syntax = SYNTAXES.get(name);
        syntax.required().forEach(place -> {
            line.add(syntax.options().entrySet().stream()
                    .filter(option -> option.getValue().place().equals(place))
                    .findFirst()
                    .orElseThrow()
                    .getKey());
            line.add("needed");
        });
        return line;
    }

    private static List<String> with(List<String> line, List<String> more, CommandSyntax syntax) {
        List<String> all = new ArrayList<>(line);
        all.addAll(more);
        for (CommandSyntax.Argument argument : syntax.arguments()) {
            for (int i = 0; i < Math.min(argument.atMost(), Math.max(1, argument.atLeast())); i++) {
                all.add("argument" + all.size());
            }
        }
        return all;
    }

    @Test
    void everyCommandHasASyntaxAndEveryOptionOfABuildIsInIt() {
        CommandLine program = CommandTable.whole(new TestConsole().console());
        List<String> names = new ArrayList<>();
        program.getSubcommands().values().stream().distinct().forEach(line -> {
            if (line.getSubcommands().isEmpty()) {
                names.add(line.getCommandName());
            }
            line.getSubcommands().keySet().forEach(word -> names.add(line.getCommandName() + " " + word));
        });
        assertThat(SYNTAXES.keySet()).containsExactlyInAnyOrderElementsOf(names);
        List<String> options = new ArrayList<>(program.getSubcommands()
                .get("build")
                .getCommandSpec()
                .optionsMap()
                .keySet());
        // Help, what is refused, and a number with a fraction.
        options.removeAll(
                List.of("--cpus", "-h", "--help", "--builder", "--policy", "--identity-label", "--created-annotation"));
        assertThat(SYNTAXES.get("build").options().keySet()).containsExactlyInAnyOrderElementsOf(options);
    }

    @Test
    void everySyntaxIsReadAsItIsWritten() {
        SYNTAXES.values()
                .forEach(
                        syntax -> assertThat(CommandSyntax.parse(syntax.text())).isEqualTo(syntax));
    }

    @Test
    void everyOptionOfEveryCommandMeansTheSame() {
        SYNTAXES.forEach((name, syntax) -> {
            assertSame(with(least(name), List.of(), syntax));
            syntax.options().forEach((option, read) -> {
                for (List<String> more : uses(option, read.kind())) {
                    boolean again = more.stream()
                                    .filter(word -> word.startsWith(option))
                                    .count()
                            > 1;
                    if (!again || !read.place().global()) {
                        assertSame(with(least(name), more, syntax));
                    }
                }
            });
        });
    }

    private static List<List<String>> uses(String option, Kind kind) {
        return switch (kind) {
            case SWITCH, OPTIONAL_SWITCH ->
                List.of(
                        List.of(option),
                        List.of(option + "=true"),
                        List.of(option + "=false"),
                        List.of(option, option + "=false"));
            case NUMBER -> List.of(List.of(option, "7"), List.of(option + "=0", option + "=12"));
            case TEXT, LIST ->
                List.of(
                        List.of(option, "a"),
                        List.of(option + "=a=\"b,\\c\"'", option, "-"),
                        List.of(option + "=", option + "=x"));
            case COMMA_LIST ->
                List.of(List.of(option, "a"), List.of(option + "=a,b c"), List.of(option, "a,b", option, "a"));
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "b . -t a --tag=b",
                "bud -q -f x -- -",
                "buildx du",
                "--root /x -D build .",
                "--cdi-spec-dir /c build .",
                "run -it busybox -it --rm -- x",
                "run --rm -- busybox --rm",
                "exec -i box sh -c --debug",
                "-D rmi a b c -f",
                "diff a b",
                "build --check .",
                "build --tls-verify=false --check -q .",
                "completion bash"
            })
    void theseArePlain(String line) {
        assertSame(List.of(line.split(" ")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "build",
                "build . .",
                "build --no-such .",
                "build --tagg=x .",
                "build --tag",
                "build --tag=--push .",
                "build --tag=-- .",
                "bud -qf x .",
                "build --tag --push .",
                "build --squash=maybe .",
                "build --jobs x .",
                "build --jobs=-1 .",
                "build --platform=,, .",
                "build --builder x .",
                "build -h",
                "build --help .",
                "-h build .",
                "-v build .",
                "-t x build .",
                "--tag=x build .",
                "tag a",
                "tag a b c",
                "diff a",
                "diff a b c",
                "rebase x",
                "system",
                "system no-such",
                "store verify --no-such",
                "bild .",
                "-- build .",
                "--root=b build .",
                "-D build . -D",
                "build -DD .",
                "build --debug=true -D .",
                "--root /x build . --root=/y",
                "--cdi-spec-dir=a build . --cdi-spec-dir b",
                "build --cpus 1.5 .",
                "--root build build .",
                "--root",
                "run"
            })
    void theseAreLeftToPicocli(String line) {
        assertThat(plain(line.split(" "))).isEmpty();
        GlobalOptions globals = new GlobalOptions();
        table().plain(globals, line.split(" "));
        assertThat(globals).usingRecursiveComparison().isEqualTo(new GlobalOptions());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "build --tagg=x .",
                "build --builder x .",
                "plan --policy=x",
                "build --created-annotation .",
                "tag a",
                "system",
                "system no-such",
                "builder du --no-such",
                "run --restart=always busybox",
                "tag a B",
                "-h images",
                "build -h"
            })
    void whatIsSaidIsTheSame(String line) {
        TestConsole with = new TestConsole();
        TestConsole without = new TestConsole();
        String[] words = line.split(" ");
        int status = new CommandTable(with.console(), name -> Optional.ofNullable(SYNTAXES.get(name))).run(words);
        assertThat(status).isEqualTo(new CommandTable(without.console(), name -> Optional.empty()).run(words));
        assertThat(with.err() + with.out()).isNotEmpty().isEqualTo(without.err() + without.out());
    }

    @Property(tries = 3000)
    void whateverIsPlainMeansTheSame(@ForAll("lines") List<String> line) {
        String[] words = line.toArray(new String[0]);
        Optional<Map<String, Object>> plain = plain(words);
        if (plain.isPresent()) {
            assertThat(plain).as("%s", line).isEqualTo(full(words));
        }
    }

    @Provide
    Arbitrary<List<String>> lines() {
        return Arbitraries.of(SYNTAXES.keySet()).flatMap(name -> {
            Arbitrary<List<String>> before = Arbitraries.of(
                            "-D", "--root", "--root=/x", "--cdi-spec-dir=/x", "--root=b", "build", "/x", "--", "-v")
                    .list()
                    .ofMaxSize(2);
            return before.flatMap(first -> words(name).list().ofMaxSize(6).map(rest -> {
                List<String> line = new ArrayList<>(first);
                line.addAll(least(name));
                line.addAll(rest);
                return line;
            }));
        });
    }

    private static Arbitrary<String> words(String name) {
        List<String> options = new ArrayList<>(SYNTAXES.get(name).options().keySet());
        Arbitrary<String> option = Arbitraries.of(options);
        Arbitrary<String> value = Arbitraries.of(Arrays.asList(
                "", "a", "-", "--", "true", "FALSE", "1", "-1", "a,b", "\"a,b\"", ",", "a=b", "build", "ls", "-it"));
        Arbitrary<String> cluster = Arbitraries.of("-it", "-qt", "-af", "-DD", "-tx", "-t=x", "-D=true");
        return Arbitraries.oneOf(option, value, value, option.flatMap(o -> value.map(v -> o + "=" + v)), cluster);
    }
}
