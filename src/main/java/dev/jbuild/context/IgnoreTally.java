package dev.jbuild.context;

import dev.jbuild.buildfile.IgnorePatterns;
import dev.jbuild.sys.RawPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/**
 * Counts what each rule of an ignore file decides about. Rules are asked about paths that don't exist too, so a path is
 * counted when its directory is listed, which costs no look at the path itself; or else when all is done.
 *
 * <p>Safe for use by many threads.
 */
final class IgnoreTally {
    private final IgnoreFile file;
    /** The rules that left a path out or took it back, as long as it isn't counted. */
    private final Map<RawPath, Integer> decisions = new ConcurrentHashMap<>();

    private final Set<RawPath> listed = ConcurrentHashMap.newKeySet();
    private final List<LongAdder> counts = new ArrayList<>();
    private volatile boolean asked;

    IgnoreTally(IgnoreFile file) {
        this.file = file;
        file.patterns().patterns().forEach(pattern -> counts.add(new LongAdder()));
    }

    /** Notes what the rules say of a path and said of its directory, and whether it is there to be seen or passed. */
    void decided(RawPath path, IgnorePatterns.Entry rules, IgnorePatterns.Entry directory, boolean there) {
        asked = true;
        boolean takenBack = there && !rules.isIgnored() && rules.decision() != directory.decision();
        boolean leftOut = !there && rules.isIgnored();
        if (rules.decision() >= 0 && (takenBack || leftOut)) {
            decisions.put(path, rules.decision());
        }
    }

    /** Notes the names that there really are in a directory, once the rules were asked about each. */
    void listed(RawPath directory, List<RawPath> paths) {
        if (!counts.isEmpty() && listed.add(directory)) {
            paths.forEach(this::count);
        }
    }

    private void count(RawPath path) {
        Integer rule = decisions.remove(path);
        if (rule != null) {
            counts.get(rule).increment();
        }
    }

    /**
     * What was counted; nothing where there are no rules or they weren't asked.
     *
     * @param exists whether there is something at a path, rules or not
     */
    Optional<IgnoreReport> report(Predicate<RawPath> exists) {
        if (!asked || counts.isEmpty()) {
            return Optional.empty();
        }
        decisions.keySet().stream().filter(exists).toList().forEach(this::count);
        List<IgnoreReport.Rule> rules = new ArrayList<>();
        for (int i = 0; i < counts.size(); i++) {
            rules.add(new IgnoreReport.Rule(
                    file.patterns().patterns().get(i), counts.get(i).sum()));
        }
        return Optional.of(new IgnoreReport(file.name(), rules));
    }
}
