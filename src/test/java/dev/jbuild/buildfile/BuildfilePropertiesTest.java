package dev.jbuild.buildfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.jbuild.problem.UserError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class BuildfilePropertiesTest {
    private static final List<String> PIECES = List.of(
            "FROM a",
            "FROM a AS b",
            "RUN ",
            "--mount=type=cache,target=/x ",
            "--mount=",
            "COPY ",
            "ADD ",
            "ENV ",
            "ARG ",
            "LABEL ",
            "HEALTHCHECK ",
            "--interval=1s ",
            "CMD ",
            "ONBUILD ",
            "EXPOSE ",
            "SHELL ",
            "VOLUME ",
            "USER ",
            "<<EOF",
            "<<-'EOF'",
            "EOF",
            "\n",
            "\n",
            "\n",
            "\\\n",
            "\r\n",
            " ",
            "\t",
            "#",
            "# escape=`\n",
            "[\"a\",\"b\"]",
            "[",
            "]",
            "{\"a\":[1,null]}",
            "\"",
            "'",
            "\\",
            "`",
            "=",
            "a=b ",
            "$x",
            "${x:-y}",
            "${x/a/$0}",
            "${",
            "}",
            "é",
            "\ud83d\ude00",
            "\u00a0",
            "\ufeff",
            "\u0000");

    @Provide
    Arbitrary<String> files() {
        return Arbitraries.of(PIECES).list().ofMaxSize(40).map(pieces -> String.join("", pieces));
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.strings()
                .withChars("${}:-+?#%/*\\`'\"<ax0_ \t.[]()|^é\u00a0\ufeff")
                .ofMaxLength(20);
    }

    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.of("a", "b", "*", "**", "?", "/", "[a-b]", "[^a]", ".", "\\a", "^", "[*]")
                .list()
                .ofMinSize(1)
                .ofMaxSize(6)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.of("a", "b", "ab", "x")
                .list()
                .ofMinSize(1)
                .ofMaxSize(5)
                .map(parts -> String.join("/", parts));
    }

    @Property(tries = 3000)
    void anyFileParsesOrIsTheUsersFault(@ForAll("files") String text) {
        parseAndExpand(text.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 1000)
    void anyBytesParseOrAreTheUsersFault(@ForAll byte[] bytes) {
        parseAndExpand(bytes);
    }

    @Property(tries = 2000)
    void anyFileCanBeChecked(@ForAll("files") String text) {
        Surroundings surroundings = new LinterVectorsTest.Given(MissingNode.getInstance());
        LintReport report = Linter.check("Buildfile", text.getBytes(StandardCharsets.UTF_8), surroundings, Scope.ALL);
        assertThat(report.warnings())
                .allSatisfy(w -> assertThat(w.range().startLine()).isPositive());
    }

    /** Anything thrown but a problem of the user's fails the property. */
    private static void parseAndExpand(byte[] bytes) {
        try {
            Buildfile file = Buildfile.parse("Buildfile", bytes);
            Expansion expansion = new Expansion(file.escape(), Environment.of(Map.of("x", "a b", "y", "")));
            for (Stage stage : file.stages()) {
                for (Instruction instruction : stage.instructions()) {
                    expand(expansion, instruction);
                    assertThat(instruction.range().startLine()).isPositive();
                    assertThat(instruction.range().endLine())
                            .isBetween(
                                    instruction.range().startLine(),
                                    file.lines().size());
                }
            }
        } catch (UserError e) {
            assertThat(e.what()).isNotBlank();
            assertThat(e.where()).isPresent();
        }
    }

    private static void expand(Expansion expansion, Instruction instruction) {
        try {
            Instruction expanded = expansion.apply(instruction);
            if (expanded instanceof Instruction.Expose expose) {
                ExposedPorts.of(expose);
            } else if (expanded instanceof Instruction.OnBuild onBuild) {
                Buildfile.parseTrigger(onBuild.trigger());
            }
        } catch (UserError e) {
            assertThat(e.what()).isNotBlank();
        }
    }

    @Property(tries = 5000)
    void anyWordExpandsOrIsTheUsersFault(@ForAll("words") String word) {
        try {
            WordExpander.Result result =
                    new WordExpander('\\').expand(word, Environment.of(Map.of("a", "x*y", "x", "")));
            assertThat(result.words()).doesNotContain("\u0000");
        } catch (UserError e) {
            assertThat(e.what()).startsWith("failed to process");
        }
    }

    @Property
    void wordsWithoutSpecialCharactersStayAsTheyAre(@ForAll("paths") String word) throws UserError {
        assertThat(new WordExpander('\\').processWord(word, Environment.of(Map.of())))
                .isEqualTo(word);
    }

    @Property(tries = 3000)
    void skippedTreesHoldNothingThatIsWanted(
            @ForAll("patterns") String first,
            @ForAll("patterns") String second,
            @ForAll("patterns") String third,
            @ForAll("paths") String path) {
        IgnorePatterns ignore;
        try {
            ignore = IgnorePatterns.of(List.of(first, "!" + second, third, "!" + first));
        } catch (UserError e) {
            return;
        }
        IgnorePatterns.Entry entry = ignore.root();
        boolean skipped = false;
        for (String name : path.split("/", -1)) {
            entry = entry.child(name);
            assertThat(skipped && !entry.isIgnored()).as(entry.path()).isFalse();
            skipped |= entry.isSubtreeIgnored();
        }
    }

    @Property(tries = 2000)
    void walkingAndAskingAgreeWithoutExceptions(
            @ForAll("patterns") String first, @ForAll("patterns") String second, @ForAll("paths") String path) {
        IgnorePatterns ignore;
        try {
            ignore = IgnorePatterns.of(List.of("x" + first, second));
        } catch (UserError e) {
            return;
        }
        IgnorePatterns.Entry entry = ignore.root();
        for (String name : path.split("/", -1)) {
            entry = entry.child(name);
        }
        assertThat(entry.isIgnored()).isEqualTo(ignore.ignores(path));
    }
}
