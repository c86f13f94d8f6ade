package dev.jbuild.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.buildfile.LintWarning;
import dev.jbuild.buildfile.SourceRange;
import dev.jbuild.engine.Survey;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.SourceExcerpt;
import java.io.PrintStream;
import java.util.List;

/** What a check found, as buildx prints it: text, or the JSON of BuildKit's {@code frontend.lint}. */
final class LintOutput {
    private final Survey.Checked checked;
    private final SourceText source;

    LintOutput(Survey.Checked checked, SourceText source) {
        this.checked = checked;
        this.source = source;
    }

    int exitCode() {
        return checked.report().warnings().isEmpty() && checked.problem().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    ObjectNode json() {
        ObjectNode json = SourceText.MAPPER.createObjectNode();
        List<LintWarning> warnings = checked.report().warnings();
        if (warnings.isEmpty()) {
            json.putNull("warnings");
        } else {
            ArrayNode array = json.putArray("warnings");
            warnings.forEach(warning -> array.add(json(warning)));
        }
        ObjectNode file = json.putArray("sources").addObject();
        file.put("filename", source.fileName());
        file.put("data", source.bytes());
        file.put("language", "Dockerfile");
        checked.problem().ifPresent(problem -> json.set("buildError", json(problem)));
        return json;
    }

    private static ObjectNode json(LintWarning warning) {
        ObjectNode json = SourceText.MAPPER.createObjectNode();
        json.put("ruleName", warning.rule().title());
        json.put("description", warning.rule().description());
        if (!warning.rule().url().isEmpty()) {
            json.put("url", warning.rule().url());
        }
        json.put("detail", warning.detail());
        json.set("location", SourceText.location(warning.range()));
        return json;
    }

    private static ObjectNode json(JbuildException problem) {
        ObjectNode json = SourceText.MAPPER.createObjectNode();
        json.put("message", problem.what());
        json.set(
                "location",
                problem.where()
                        .map(where -> SourceText.location(where.firstLine(), where.lastLine()))
                        .orElseGet(SourceText.MAPPER::createObjectNode));
        return json;
    }

    void text(PrintStream out) {
        List<LintWarning> warnings = checked.report().inFileOrder();
        if (warnings.size() == 1) {
            out.println("Check complete, 1 warning has been found!");
        } else if (!warnings.isEmpty()) {
            out.println("Check complete, " + warnings.size() + " warnings have been found!");
        }
        for (LintWarning warning : warnings) {
            String url = warning.rule().url();
            out.println();
            out.println("WARNING: " + warning.rule().title() + (url.isEmpty() ? "" : " - " + url));
            out.println(warning.detail());
            ExcerptText.print(source.excerpt(warning.range()), out);
        }
        if (checked.problem().isEmpty() && warnings.isEmpty()) {
            out.println("Check complete, no warnings found.");
        } else if (checked.problem().isPresent() && !warnings.isEmpty()) {
            out.println();
        }
    }

    /** Says what the ignore file does, rule for rule; not where the result goes, as other builders don't say this. */
    void ignored(PrintStream err) {
        checked.ignored().ifPresent(report -> {
            err.println(report.file() + " leaves out " + report.leftOut()
                    + " of the context's files and directories, each with all that is in it:");
            report.lines().forEach(err::println);
        });
    }

    /** Says what would fail the build, with its place below it as with the warnings. */
    void problem(PrintStream err) {
        checked.problem().ifPresent(problem -> {
            err.println("ERROR: " + problem.what());
            problem.where().ifPresent(where -> ExcerptText.print(moved(where), err));
            problem.hints().forEach(hint -> err.println("hint: " + hint));
        });
    }

    private SourceExcerpt moved(SourceExcerpt where) {
        return source.excerpt(new SourceRange(where.firstLine(), where.lastLine()));
    }
}
