package dev.jbuild.buildfile;

import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From physical lines to logical ones: directives, comments, continuations, heredocs. */
final class FileParser {
    private final String fileName;
    private final int size;
    private final SourceLines source;
    private final DirectiveReader directiveReader = new DirectiveReader("#", 0);
    private final List<Directive> directives = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<ParseWarning> warnings = new ArrayList<>();
    private List<String> comments = new ArrayList<>();
    private char escape = '\\';

    FileParser(String fileName, byte[] bytes) {
        this.fileName = fileName;
        this.size = bytes.length;
        this.source = SourceLines.of(size > Buildfile.LARGEST ? new byte[0] : bytes);
    }

    /** What a file's lines say, before it is asked what they mean. */
    record Parsed(char escape, List<Directive> directives, List<Node> nodes, List<ParseWarning> warnings) {}

    Parsed parse() throws UserError {
        if (size > Buildfile.LARGEST) {
            throw at(tooLarge(), 1, 1);
        }
        while (source.hasNext()) {
            logicalLine();
        }
        if (source.isCut() && !nodes.isEmpty()) {
            throw at(tooLong(), source.taken() + 1, source.taken() + 1);
        }
        if (nodes.isEmpty()) {
            int last = Math.max(1, source.taken());
            throw at(source.isCut() ? tooLong() : new UserError("file with no instructions"), last, last);
        }
        return new Parsed(escape, directives, nodes, warnings);
    }

    List<String> lines() {
        return source.all();
    }

    static UserError tooLarge() {
        return new UserError(
                "the file is too large: it has more than the " + Buildfile.LARGEST + " bytes that are allowed",
                "keep what is large in files of the context");
    }

    private static UserError tooLong() {
        return new UserError(
                "dockerfile line greater than max allowed size of " + (SourceLines.LONGEST - 1),
                "split the line with continuation characters");
    }

    private void logicalLine() throws UserError {
        String line = source.next();
        int start = source.taken();
        String token = Text.trimLeft(Text.trimNewline(line));
        if (token.startsWith("#")) {
            comment(line, token);
            return;
        }
        directive(token);
        Joined joined = join(token);
        if (joined == null) {
            return;
        }
        Node node = located(() -> new LineParser(escape).parse(joined.text(), comments), start);
        if (joined.hasBlankLine()) {
            SourceRange last = new SourceRange(source.taken(), source.taken());
            String what = "Empty continuation line found in: " + joined.text();
            warnings.add(new ParseWarning(ParseWarning.Kind.EMPTY_CONTINUATION, what, last));
        }
        List<Heredoc> heredocs = node.canHaveHeredocs() && joined.text().contains("<<")
                ? contents(located(() -> HeredocWords.of(joined.text()), start), start)
                : List.of();
        nodes.add(node.with(heredocs, new SourceRange(start, source.taken())));
        comments = new ArrayList<>();
    }

    private void comment(String line, String token) throws UserError {
        if (directive(token)) {
            return;
        }
        // The first byte is dropped, be it the # or a blank before it.
        String rest = Text.trim(withoutFirstByte(Text.trimNewline(line)));
        if (rest.isEmpty()) {
            comments = new ArrayList<>();
        } else {
            comments.add(rest);
        }
    }

    private static String withoutFirstByte(String line) {
        char first = line.charAt(0);
        return (first < 0x80 ? "" : first < 0x800 ? "\ufffd" : "\ufffd\ufffd") + line.substring(1);
    }

    private boolean directive(String token) throws UserError {
        if (directiveReader.isDone()) {
            return false;
        }
        int line = source.taken();
        Optional<Directive> found = located(() -> directiveReader.read(token), line);
        if (found.isEmpty()) {
            return false;
        }
        directives.add(found.get());
        if (found.get().name().equals("escape")) {
            setEscape(found.get().value(), line);
        }
        return true;
    }

    private void setEscape(String value, int line) throws UserError {
        if (!value.equals("\\") && !value.equals("`")) {
            throw at(new UserError("invalid escape token '" + value + "' does not match ` or \\"), line, line);
        }
        escape = value.charAt(0);
    }

    /** A logical line, and whether it had blank lines in it. */
    private record Joined(String text, boolean hasBlankLine) {}

    private @Nullable Joined join(String first) throws UserError {
        Continuation part = Continuation.of(first, escape);
        if (!part.goesOn() && part.text().isEmpty()) {
            return null;
        }
        StringBuilder text = new StringBuilder(part.text());
        boolean blank = false;
        while (part.goesOn() && source.hasNext()) {
            String line = Text.trimNewline(source.next());
            String content = Text.trimLeft(line);
            if (content.startsWith("#")) {
                continue;
            }
            if (content.isEmpty()) {
                blank = true;
                continue;
            }
            part = Continuation.of(line, escape);
            text.append(part.text());
        }
        return new Joined(text.toString(), blank);
    }

    /** A line without its continuation character, and whether it had one. */
    private record Continuation(String text, boolean goesOn) {
        static Continuation of(String line, char escape) {
            int end = line.length();
            while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
                end--;
            }
            boolean goesOn = end > 0 && line.charAt(end - 1) == escape && (end == 1 || line.charAt(end - 2) != escape);
            return goesOn ? new Continuation(line.substring(0, end - 1), true) : new Continuation(line, false);
        }
    }

    private List<Heredoc> contents(List<Heredoc> opened, int start) throws UserError {
        List<Heredoc> filled = new ArrayList<>();
        for (Heredoc heredoc : opened) {
            filled.add(heredoc.withContent(content(heredoc, start)));
        }
        return filled;
    }

    private String content(Heredoc heredoc, int start) throws UserError {
        StringBuilder content = new StringBuilder();
        while (source.hasNext()) {
            String line = source.next();
            String end = Text.trimNewline(line);
            if ((heredoc.chomp() ? withoutLeadingTabs(end) : end).equals(heredoc.name())) {
                return content.toString();
            }
            content.append(line);
        }
        if (source.isCut()) {
            int cut = source.taken() + 1;
            throw at(new UserError("unterminated heredoc: " + tooLong().what()), cut, cut);
        }
        throw at(
                new UserError("unterminated heredoc", "end it with a line that holds nothing but " + heredoc.name()),
                start,
                source.taken());
    }

    private static String withoutLeadingTabs(String line) {
        int start = 0;
        while (start < line.length() && line.charAt(start) == '\t') {
            start++;
        }
        return line.substring(start);
    }

    @FunctionalInterface
    private interface Step<T> {
        T run() throws UserError;
    }

    /** Runs something and says of its failure that it is about the lines from {@code start} on. */
    private <T> T located(Step<T> step, int start) throws UserError {
        try {
            return step.run();
        } catch (UserError e) {
            throw at(e, start, source.taken());
        }
    }

    private UserError at(UserError problem, int start, int end) {
        SourceExcerpt where = SourceExcerpt.of(fileName, lines(), start, Math.max(start, end));
        return new UserError(problem.what(), where, problem.hints(), problem);
    }
}
