package dev.jbuild.builds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jbuild.builds.FileListing.ListedFile;
import dev.jbuild.builds.MissReason.Kind;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.CollectionJournal;
import dev.jbuild.store.CollectionJournal.Entry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Finds out why steps were not in the cache, by comparing what their keys say with what those of earlier builds said. */
public final class MissReasons {
    /** Of earlier builds. */
    private static final int LOOKED_AT = 10;

    private static final int SHOWN_DIGEST = 19;

    private final BuildRecords records;
    private final CollectionJournal journal;
    private final Map<String, List<ListedFile>> unkept;
    private @Nullable List<BuildRecord> earlier;
    private String earlierThan = "";

    /** @param journal of what was removed from the store */
    public MissReasons(BuildRecords records, CollectionJournal journal) {
        this(records, journal, Map.of());
    }

    /** @param unkept lists of files by their names that are not on the disk */
    MissReasons(BuildRecords records, CollectionJournal journal, Map<String, List<ListedFile>> unkept) {
        this.records = records;
        this.journal = journal;
        this.unkept = unkept;
    }

    /** Of a step that ran, by its number. */
    public MissReason of(BuildRecord build, int number) throws JbuildException {
        RecordedStep step = build.steps().get(number - 1);
        if (step.ignoreCache()) {
            return new MissReason(
                    Kind.NOT_ASKED,
                    List.of("the build was not to use the cache for it (--no-cache)"),
                    Optional.empty());
        }
        if (!step.tooOld().isEmpty()) {
            String made =
                    Instant.parse(step.tooOld()).truncatedTo(ChronoUnit.SECONDS).toString();
            return new MissReason(
                    Kind.EXPIRED,
                    List.of("its result was made at " + made + ", longer ago than --cache-ttl allows"),
                    Optional.empty());
        }
        Optional<Match> same =
                find(build, step, (own, other) -> other.isSolved() && own.key().equals(other.key()));
        if (same.isPresent()) {
            return gone(build, step, same.get());
        }
        Optional<Match> failure = find(build, step, (own, other) -> own.key().equals(other.key()));
        if (failure.isPresent()) {
            String id = failure.get().build().id();
            return new MissReason(
                    Kind.FAILED,
                    List.of("it has no result yet: it didn't end well in build " + id),
                    Optional.of(failure.get().build()));
        }
        Optional<Match> match = earlierCounterpart(build, step);
        if (match.isEmpty()) {
            return new MissReason(
                    Kind.NEW, List.of("none of the last builds before it had such a step"), Optional.empty());
        }
        List<String> causes = compare(build, step, match.get());
        return new MissReason(Kind.CHANGED, causes, Optional.of(match.get().build()));
    }

    /** There was a result. The journal says who removed it, unless that was too long ago, or nobody did. */
    private MissReason gone(BuildRecord build, RecordedStep step, Match match) throws JbuildException {
        Instant missed = step.started().isEmpty() ? build.startedAt() : Instant.parse(step.started());
        Instant had = match.build().startedAt();
        String result = "its result, which build " + match.build().id() + " had, ";
        Optional<Entry> removal = removal(step.key(), had, missed);
        if (removal.isEmpty() && !match.step().layer().isEmpty()) {
            removal = removal(match.step().layer(), had, missed);
        }
        String cause = removal.map(entry -> result + "was removed from the store by " + entry.cause() + " at "
                        + entry.at().truncatedTo(ChronoUnit.SECONDS) + ": "
                        + (entry.victim().id().equals(step.key()) ? "" : "the layer that it made, for ")
                        + entry.victim().reason())
                .orElse(result + "is gone from the store, and nothing tells why");
        return new MissReason(Kind.GONE, List.of(cause), Optional.of(match.build()), removal);
    }

    /** When a thing was removed for the last time between two times. */
    private Optional<Entry> removal(String id, Instant from, Instant to) throws JbuildException {
        Optional<Entry> last = journal.find(id);
        if (last.isPresent() && last.get().at().isAfter(to)) {
            last = journal.newest(Integer.MAX_VALUE).stream()
                    .filter(entry ->
                            entry.victim().id().equals(id) && !entry.at().isAfter(to))
                    .findFirst();
        }
        return last.filter(entry -> !entry.at().isBefore(from));
    }

    /** In what a step of one build differs from one of another. */
    public List<String> between(BuildRecord before, RecordedStep old, BuildRecord after, RecordedStep step) {
        return compare(after, step, new Match(before, old));
    }

    /** The step of one build that does what this one of another does, as far as that can be said. */
    public static Optional<RecordedStep> counterpart(BuildRecord build, RecordedStep step) {
        for (BiPredicate<RecordedStep, RecordedStep> alike : LIKENESSES) {
            Optional<Match> match = find(List.of(build), step, alike);
            if (match.isPresent()) {
                return Optional.of(match.get().step());
            }
        }
        return Optional.empty();
    }

    private record Match(BuildRecord build, RecordedStep step) {}

    /** From the most exact on. */
    static final List<BiPredicate<RecordedStep, RecordedStep>> LIKENESSES = List.of(
            (own, other) -> other.isSolved() && own.name().equals(other.name()),
            (own, other) -> other.isSolved() && StepName.of(own).isSameInstruction(StepName.of(other)),
            (own, other) -> other.isSolved() && StepName.of(own).isSamePlace(StepName.of(other)));

    private Optional<Match> earlierCounterpart(BuildRecord build, RecordedStep step) throws JbuildException {
        for (BiPredicate<RecordedStep, RecordedStep> alike : LIKENESSES) {
            Optional<Match> match = find(build, step, alike);
            if (match.isPresent()) {
                return match;
            }
        }
        return Optional.empty();
    }

    private Optional<Match> find(
            BuildRecord build, RecordedStep step, BiPredicate<RecordedStep, RecordedStep> condition)
            throws JbuildException {
        return find(earlier(build), step, condition);
    }

    private static Optional<Match> find(
            List<BuildRecord> builds, RecordedStep step, BiPredicate<RecordedStep, RecordedStep> condition) {
        for (BuildRecord other : builds) {
            for (RecordedStep candidate : other.steps()) {
                if (!candidate.key().isEmpty() && condition.test(step, candidate)) {
                    return Optional.of(new Match(other, candidate));
                }
            }
        }
        return Optional.empty();
    }

    private List<BuildRecord> earlier(BuildRecord build) throws JbuildException {
        List<BuildRecord> known = earlier;
        if (known == null || !earlierThan.equals(build.id())) {
            known = records.before(build, LOOKED_AT);
            earlier = known;
            earlierThan = build.id();
        }
        return known;
    }

    private List<String> compare(BuildRecord build, RecordedStep step, Match match) {
        JsonNode after = step.keyed();
        JsonNode before = match.step().keyed();
        Set<String> members = new LinkedHashSet<>();
        after.fieldNames().forEachRemaining(members::add);
        before.fieldNames().forEachRemaining(members::add);
        List<String> causes = new ArrayList<>();
        for (String member : members) {
            JsonNode old = before.path(member);
            JsonNode now = after.path(member);
            if (!old.equals(now)) {
                causes.addAll(
                        switch (member) {
                            case "root" -> root(build, step, match);
                            case "files" -> files(step, match, "the files that it copies");
                            case "mounts" -> mounts(step, match, strings(old), strings(now));
                            case "args" -> List.of("command: " + command(old) + " → " + command(now));
                            case "env" -> env(strings(old), strings(now));
                            case "devices" -> devices(strings(old), strings(now));
                            case "times" -> times(causes);
                            case "inline" -> List.of("the text of its heredoc");
                            default -> List.of(member + ": " + shown(old) + " → " + shown(now));
                        });
            }
        }
        return causes;
    }

    /** Other files have other times, too. */
    private static List<String> times(List<String> causes) {
        return causes.isEmpty() ? List.of("the times of files, which --cache-key=strict counts") : List.of();
    }

    private List<String> root(BuildRecord build, RecordedStep step, Match match) {
        Optional<RecordedStep> below = input(build, step);
        Optional<RecordedStep> belowBefore = input(match.build(), match.step());
        if (below.isEmpty() || belowBefore.isEmpty()) {
            return List.of("the root file system that it works on");
        }
        RecordedStep now = below.get();
        RecordedStep old = belowBefore.get();
        if (!now.source().isEmpty() && !old.source().isEmpty()) {
            return List.of(
                    now.source().equals(old.source())
                            ? "the files of the image " + now.source()
                            : "base image: " + old.source() + " → " + now.source());
        }
        if (StepName.of(now).text().equals(StepName.of(old).text())) {
            return List.of("other files from " + now.name());
        }
        return List.of("it follows " + now.name() + " and no longer " + old.name());
    }

    private static Optional<RecordedStep> input(BuildRecord build, RecordedStep step) {
        return step.inputs().stream()
                .limit(1)
                .flatMap(input ->
                        build.steps().stream().filter(each -> each.vertex().equals(input)))
                .findFirst();
    }

    private List<String> files(RecordedStep step, Match match, String otherwise) {
        Optional<List<ListedFile>> now = list(step);
        Optional<List<ListedFile>> old = list(match.step());
        if (now.isEmpty() || old.isEmpty()) {
            return List.of(otherwise);
        }
        List<String> changes = FileChanges.between(old.get(), now.get());
        return changes.isEmpty() ? List.of(otherwise) : changes;
    }

    private Optional<List<ListedFile>> list(RecordedStep step) {
        return FileLists.name(step.preimage())
                .flatMap(name -> Optional.ofNullable(unkept.get(name))
                        .or(() -> records.lists().read(name)));
    }

    /** What is mounted is said by texts of which the last word may be a digest. */
    private List<String> mounts(RecordedStep step, Match match, List<String> old, List<String> now) {
        List<String> without = now.stream().map(MissReasons::withoutDigest).toList();
        if (without.equals(old.stream().map(MissReasons::withoutDigest).toList())) {
            return files(step, match, "the files that are mounted");
        }
        List<String> causes = new ArrayList<>();
        now.stream().filter(mount -> !old.contains(mount)).forEach(mount -> causes.add("mount added: " + mount));
        old.stream().filter(mount -> !now.contains(mount)).forEach(mount -> causes.add("mount removed: " + mount));
        return causes.isEmpty() ? List.of("the order of its mounts") : causes;
    }

    /** Each with what its specs say of it. */
    private static List<String> devices(List<String> old, List<String> now) {
        List<String> causes = new ArrayList<>();
        now.stream().filter(line -> !old.contains(line)).forEach(line -> causes.add("of its devices added: " + line));
        old.stream().filter(line -> !now.contains(line)).forEach(line -> causes.add("of its devices removed: " + line));
        return causes.isEmpty() ? List.of("the order of its devices") : causes;
    }

    private static String withoutDigest(String mount) {
        return mount.replaceFirst("sha256:[0-9a-f]+$", "");
    }

    private static List<String> env(List<String> old, List<String> now) {
        Map<String, String> before = variables(old);
        Map<String, String> after = variables(now);
        List<String> causes = new ArrayList<>();
        after.forEach((name, value) -> {
            String was = before.get(name);
            if (was == null) {
                causes.add("variable " + name + " added: " + quoted(value));
            } else if (!was.equals(value)) {
                causes.add("variable " + name + ": " + quoted(was) + " → " + quoted(value));
            }
        });
        before.keySet().stream()
                .filter(name -> !after.containsKey(name))
                .forEach(name -> causes.add("variable " + name + " removed"));
        return causes.isEmpty() ? List.of("the order of its variables") : causes;
    }

    private static Map<String, String> variables(List<String> env) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String entry : env) {
            int equals = entry.indexOf('=');
            variables.put(
                    equals < 0 ? entry : entry.substring(0, equals), equals < 0 ? "" : entry.substring(equals + 1));
        }
        return variables;
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(value -> strings.add(value.asText()));
        return strings;
    }

    private static String command(JsonNode args) {
        List<String> words = strings(args);
        boolean shell = words.size() == 3 && words.get(1).equals("-c");
        return quoted(shell ? words.get(2) : String.join(" ", words));
    }

    private static String shown(JsonNode value) {
        if (value.isMissingNode()) {
            return "none";
        }
        if (value.isArray()) {
            return String.join(" ", strings(value)).isEmpty() ? "none" : String.join(" ", strings(value));
        }
        String text = value.asText();
        if (text.isEmpty()) {
            return "none";
        }
        return text.startsWith("sha256:") ? text.substring(0, Math.min(SHOWN_DIGEST, text.length())) : quoted(text);
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }
}
