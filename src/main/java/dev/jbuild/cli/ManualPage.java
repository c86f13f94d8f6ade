package dev.jbuild.cli;

import dev.jbuild.config.EnvironmentVariable;
import dev.jbuild.config.EnvironmentVariable.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes manual pages in roff, from the tables of commands, flags and environment variables. */
final class ManualPage {
    private final StringBuilder out = new StringBuilder();

    private ManualPage() {}

    /** The page of the whole program. */
    static String program(CommandModel program, List<CommandModel> commands) {
        ManualPage page = new ManualPage();
        page.head("jbuild", "build, keep, run and ship container images");
        page.line(".B jbuild\n[\\fIoptions\\fR] \\fIcommand\\fR [\\fIarguments\\fR]");
        page.section("DESCRIPTION");
        page.text(program.description());
        page.text("Progress goes to standard error, results to standard output.");
        page.section("COMMANDS");
        for (CommandModel command : commands) {
            page.item("\\fB" + escaped(command.name()) + "\\fR", command.description());
        }
        page.text("Each has a page of its own, such as");
        page.line(".BR jbuild-build (1).");
        page.section("OPTIONS");
        program.flags().forEach(page::flag);
        page.environment();
        page.exitStatus();
        page.section("FILES");
        page.item("\\fI/var/lib/jbuild\\fR, \\fI~/.local/share/jbuild\\fR", "the store: of root, of other users");
        page.item("\\fI~/.docker/config.json\\fR", "credentials for registries");
        page.section("SEE ALSO");
        page.line(commands.stream()
                .map(command -> ".BR " + pageName(command) + " (1)")
                .reduce((a, b) -> a + ",\n" + b)
                .orElse(""));
        return page.out.toString();
    }

    /** What the page of a command is called. */
    static String pageName(CommandModel command) {
        return "jbuild-" + command.name().replace(' ', '-');
    }

    /** The page of one command. */
    static String command(CommandModel command) {
        ManualPage page = new ManualPage();
        String name = pageName(command);
        String description = command.description();
        page.head(
                name,
                description.substring(0, 1).toLowerCase(Locale.ROOT)
                        + description.substring(1).replaceFirst("\\.$", ""));
        List<String> synopsis = new ArrayList<>(List.of("\\fBjbuild " + escaped(command.name()) + "\\fR"));
        synopsis.add("[\\fIoptions\\fR]");
        command.arguments()
                .forEach(argument -> synopsis.add(
                        argument.optional()
                                ? "[\\fI" + escaped(argument.label()) + "\\fR]"
                                : "\\fI" + escaped(argument.label()) + "\\fR"));
        page.line(String.join(" ", synopsis));
        page.section("DESCRIPTION");
        page.text(description);
        if (!command.notes().isEmpty()) {
            page.text(command.notes());
        }
        if (!command.aliases().isEmpty()) {
            page.text("Other names of it: " + String.join(", ", command.aliases()) + ".");
        }
        command.arguments()
                .forEach(argument -> page.item("\\fI" + escaped(argument.label()) + "\\fR", argument.description()));
        page.section("OPTIONS");
        command.flags().forEach(page::flag);
        page.section("SEE ALSO");
        page.line(".BR jbuild (1)");
        return page.out.toString();
    }

    private void head(String name, String what) {
        line(".TH " + name.toUpperCase(Locale.ROOT) + " 1 \"\" jbuild \"User Commands\"");
        section("NAME");
        line(escaped(name) + " \\- " + escaped(what));
        section("SYNOPSIS");
    }

    private void environment() {
        section("ENVIRONMENT");
        for (EnvironmentVariable variable : EnvironmentVariable.values()) {
            if (variable.use() != Use.IGNORED) {
                item("\\fB" + escaped(variable.name()) + "\\fR", variable.doc());
            }
        }
        text("These, which other builders know, change nothing; with --debug that is said:");
        for (EnvironmentVariable variable : EnvironmentVariable.of(Use.IGNORED)) {
            item("\\fB" + escaped(variable.name()) + "\\fR", variable.doc());
        }
    }

    private void exitStatus() {
        section("EXIT STATUS");
        item("0", "success");
        item("1", "the build failed, or a check found something");
        item("2", "the command line is wrong");
        item("125", "jbuild itself could not work");
        item("130", "interrupted");
        text("run passes on the status of the command, with 126 for one that can't be executed and 127 for one that"
                + " isn't there.");
    }

    private void flag(CommandModel.Flag flag) {
        List<String> names = new ArrayList<>();
        flag.names().forEach(name -> names.add("\\fB" + escaped(name) + "\\fR"));
        String value = flag.label().isEmpty() ? "" : " \\fI" + escaped(flag.label()) + "\\fR";
        item(String.join(", ", names) + value, flag.description());
    }

    private void section(String title) {
        line(".SH " + title);
    }

    private void item(String term, String text) {
        line(".TP\n" + term + "\n" + escaped(text));
    }

    private void text(String text) {
        line(".PP\n" + escaped(text));
    }

    private void line(String line) {
        out.append(line).append('\n');
    }

    /** Text that roff takes as it stands. */
    private static String escaped(String text) {
        String plain = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "\\[u2026]");
        return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
    }
}
