package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.config.EnvironmentVariable;
import dev.jbuild.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The manual and the completions, which are made from the same table as the command line. */
class ManualTest {
    @TempDir
    private Path directory;

    private final TestConsole console = new TestConsole();

    private static CommandLine table() {
        return CommandTable.whole(new TestConsole().console());
    }

    @Test
    void everyCommandAndFlagHasALine() {
        for (CommandLine command : table().getSubcommands().values()) {
            assertThat(command.getCommandSpec().usageMessage().description())
                    .as(command.getCommandName())
                    .isNotEmpty();
            for (OptionSpec option : command.getCommandSpec().options()) {
                if (!option.hidden()) {
                    assertThat(option.description())
                            .as(command.getCommandName() + " " + option.longestName())
                            .isNotEmpty();
                    assertThat(String.join(" ", option.description()))
                            .as(command.getCommandName() + " " + option.longestName())
                            .endsWith(".")
                            .hasSizeLessThan(200);
                }
            }
        }
    }

    @Test
    void everyCommandIsCalledByItsName() {
        for (CommandModel command : CommandModel.all(table())) {
            String[] words = command.name().split(" ");
            CommandLine line = table();
            for (String word : words) {
                line = line.getSubcommands().get(word);
                assertThat(line).as(command.name()).isNotNull();
            }
            assertThat(line.getUsageMessage()).contains("Usage: jbuild " + command.name() + " ");
        }
    }

    @Test
    void everyPageIsWrittenAndHoldsEveryFlag() throws IOException {
        assertThat(console.in(directory).run("manual", "share")).isZero();
        Path pages = directory.resolve("share/man/man1");
        String program = Files.readString(pages.resolve("jbuild.1"));
        for (EnvironmentVariable variable : EnvironmentVariable.values()) {
            assertThat(program).contains("\\fB" + variable.name() + "\\fR\n");
        }
        for (Map.Entry<String, CommandLine> command : table().getSubcommands().entrySet()) {
            if (command.getValue().getCommandSpec().usageMessage().hidden()
                    || !command.getKey().equals(command.getValue().getCommandName())) {
                continue;
            }
            String page = Files.readString(pages.resolve("jbuild-" + command.getKey() + ".1"));
            for (OptionSpec option : command.getValue().getCommandSpec().options()) {
                if (!option.hidden()) {
                    assertThat(page).contains(option.longestName().replace("-", "\\-"));
                }
            }
            assertThat(program).contains("\\fB" + command.getKey() + "\\fR\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jbuild.1", "jbuild-build.1", "jbuild-run.1"})
    void groffHasNothingToSayAgainstThePages(String page) throws Exception {
        Needs.machine(isInstalled("groff"), "groff is not installed");
        assertThat(console.in(directory).run("manual", ".")).isZero();
        assertThat(output("groff", "-man", "-ww", "-Tutf8", "-z", "man/man1/" + page))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void shellsCanReadTheirCompletions(String shell) throws Exception {
        Needs.machine(isInstalled(shell), shell + " is not installed");
        assertThat(console.run("completion", shell)).isZero();
        Path script = directory.resolve("script");
        Files.writeString(script, console.out());
        assertThat(output(shell, "-n", script.toString())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "jbuild ch,check",
        "jbuild build --progress pl,plain",
        "jbuild build --progress = r,rawjson",
        "jbuild b --metada,--metadata-file",
        "jbuild completion f,fish",
        "jbuild --root /x ima,images",
        "jbuild run bu,busybox:1",
        "jbuild history busybox : 1,1",
        "jbuild push localhost : 5000/x : ,2",
    })
    void bashCompletes(String line, String reply) throws Exception {
        Needs.machine(isInstalled("bash"), "bash is not installed");
        assertThat(console.run("completion", "bash")).isZero();
        Path script = directory.resolve("script");
        Files.writeString(script, console.out() + """
                jbuild() { printf 'REPOSITORY TAG\\nbusybox 1 x\\n<none> <none> y\\nlocalhost:5000/x 2 z\\n'; }
                COMP_WORDS=("$@")
                COMP_CWORD=$(($# - 1))
                _jbuild
                echo "${COMPREPLY[*]}"
                """);
        List<String> command = new ArrayList<>(List.of("bash", script.toString()));
        command.addAll(List.of(line.split(" ")));
        assertThat(output(command.toArray(new String[0]))).isEqualTo(reply + "\n");
    }

    @Test
    void anUnknownShellIsRefused() {
        assertThat(console.run("completion", "tcsh")).isEqualTo(2);
        assertThat(console.err()).contains("known are bash, zsh and fish");
    }

    @Test
    void theReadmeHasTheLinesOfTheTable() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        for (EnvironmentVariable variable : EnvironmentVariable.values()) {
            if (variable.use() == EnvironmentVariable.Use.IGNORED) {
                assertThat(readme).contains("`" + variable.name() + "`");
            } else {
                assertThat(readme).contains("| `" + variable.name() + "` | " + variable.doc() + " |\n");
            }
        }
    }

    private boolean isInstalled(String program) {
        for (String directory : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    private String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return output;
    }
}
