package dev.jbuild.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceEpochTest {
    private static final Instant TIME = Instant.ofEpochSecond(1700000000);
    private static final Op FILE = new Op.Http("http://example.com/s.tar", "s.tar", Optional.empty());

    private final Graphs.Images bases = new Graphs.Images();

    private Optional<Instant> epoch(String text) throws JbuildException {
        return Graphs.build(text, bases).epoch();
    }

    private Optional<Instant> given(String epoch, String text) throws JbuildException {
        return Graphs.build(text, Graphs.args(Map.of("SOURCE_DATE_EPOCH", epoch)), bases)
                .epoch();
    }

    @Test
    void numbers() throws Exception {
        assertThat(epoch("ARG SOURCE_DATE_EPOCH=1700000000\nFROM scratch\n")).contains(TIME);
        assertThat(given("1700000000", "ARG SOURCE_DATE_EPOCH=1\nFROM scratch\n"))
                .contains(TIME);
        assertThat(given("", "ARG SOURCE_DATE_EPOCH=1\nFROM scratch\n")).isEmpty();
        assertThat(epoch("FROM scratch\n")).isEmpty();
    }

    @Test
    void theTimeOfTheContext() throws Exception {
        assertThat(given("context", "FROM scratch\n")).isEmpty();
        bases.times.put(new Op.Context(""), TIME);
        BuildGraph graph = Graphs.build(
                "FROM busybox\nARG SOURCE_DATE_EPOCH\nRUN x\n",
                Graphs.args(Map.of("SOURCE_DATE_EPOCH", "context")),
                bases);
        assertThat(graph.epoch()).contains(TIME);
        assertThat(Graphs.only(graph, Op.Run.class).env()).contains("SOURCE_DATE_EPOCH=1700000000");
    }

    @Test
    void aContextWithoutATimeIsAsIfNothingWereGiven() throws Exception {
        BuildGraph graph = Graphs.build(
                "FROM busybox\nARG SOURCE_DATE_EPOCH\nRUN x\n",
                Graphs.args(Map.of("SOURCE_DATE_EPOCH", "context")),
                bases);
        assertThat(Graphs.only(graph, Op.Run.class).env()).noneMatch(each -> each.startsWith("SOURCE_DATE_EPOCH"));
    }

    @Test
    void theTimeOfANamedContext() throws Exception {
        bases.context("src", new Bases.NamedContext.Remote(FILE, "http://example.com/s.tar"));
        bases.times.put(FILE, TIME);
        assertThat(given("src", "FROM scratch\n")).contains(TIME);
        bases.context("src", new Bases.NamedContext.Files());
        assertThat(given("src", "FROM scratch\n")).isEmpty();
    }

    @Test
    void theTimeOfWhatAStageAdds() throws Exception {
        bases.times.put(FILE, TIME);
        assertThat(epoch("ARG H=example.com\nARG SOURCE_DATE_EPOCH=SRC\nFROM scratch AS src\n"
                        + "ARG N=s.tar\nADD http://$H/$N /\nFROM scratch\n"))
                .contains(TIME);
        Op.Git repository = new Op.Git("https://example.com/a.git", "v1", "", "", true, true, false, false);
        bases.times.put(repository, TIME);
        assertThat(epoch("ARG SOURCE_DATE_EPOCH=src\nFROM scratch AS src\n"
                        + "ADD --keep-git-dir https://example.com/a.git#v1 /\nFROM scratch\n"))
                .contains(TIME);
    }

    @ParameterizedTest
    @CsvSource({
        "FROM busybox AS s, SOURCE_DATE_EPOCH stage must use FROM scratch",
        "FROM scratch AS s, SOURCE_DATE_EPOCH stage must contain exactly one remote ADD",
        "'FROM scratch AS s\nCOPY a b', SOURCE_DATE_EPOCH stage does not meet source-only requirements: unsupported"
                + " copy instruction",
        "'FROM scratch AS s\nADD http://e.com/a http://e.com/b /', SOURCE_DATE_EPOCH stage must contain exactly one"
                + " remote ADD source",
        "'FROM scratch AS s\nADD http://e.com/a /\nADD http://e.com/b /', SOURCE_DATE_EPOCH stage must contain exactly"
                + " one remote ADD",
        "'FROM scratch AS s\nADD a /', SOURCE_DATE_EPOCH stage source must be a single HTTP(S) or Git ADD",
    })
    void stagesThatHaveNoTime(String stage, String message) {
        assertThatThrownBy(() -> given("s", stage + "\nFROM scratch\n"))
                .isInstanceOf(UserError.class)
                .hasMessage(message);
    }

    @Test
    void whatIsNoTime() {
        assertThatThrownBy(() -> given("yesterday", "FROM scratch\n"))
                .isInstanceOf(UserError.class)
                .hasMessage("invalid SOURCE_DATE_EPOCH: yesterday");
        assertThatThrownBy(() -> given("9".repeat(30), "FROM scratch\n")).hasMessageStartingWith("invalid ");
    }
}
