package dev.jbuild.store;

import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.CollectionRequest.Limits;
import dev.jbuild.store.CollectionRequest.Rule;
import dev.jbuild.store.ImageNames.NamedImage;
import dev.jbuild.store.Inventory.Candidate;
import dev.jbuild.store.Inventory.Piece;
import dev.jbuild.store.KeptDirectories.Kept;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which things go, and why. */
final class CollectionPlan {
    private final Inventory inventory;
    private final Instant now;
    private long free;
    private final List<Victim> victims = new ArrayList<>();
    private final List<Digest> records = new ArrayList<>();
    private final List<Kept> directories = new ArrayList<>();
    private final List<NamedImage> names;
    private final Set<Candidate> left = new LinkedHashSet<>();

    private CollectionPlan(Inventory inventory, List<NamedImage> names, Instant now, long free) {
        this.inventory = inventory;
        this.names = names;
        this.now = now;
        this.free = free;
    }

    /**
     * @param inventory in which they have gone already
     * @param names that go
     * @param free bytes that the disk has left
     */
    static CollectionPlan of(
            Inventory inventory, List<NamedImage> names, CollectionRequest request, Instant now, long free)
            throws IOException, JbuildException {
        CollectionPlan plan = new CollectionPlan(inventory, names, now, free);
        for (NamedImage name : names) {
            plan.add(new Victim(Victim.IMAGE, name.name(), "", "it has no name", 0));
        }
        plan.takeUnreachable();
        for (Rule rule : request.rules()) {
            plan.apply(rule);
        }
        return plan;
    }

    List<Victim> victims() {
        return victims;
    }

    /** The names that go. */
    List<NamedImage> names() {
        return names;
    }

    /** The records that go. */
    List<Digest> records() {
        return records;
    }

    /** The directories that go. */
    List<Kept> directories() {
        return directories;
    }

    private void takeUnreachable() throws IOException, JbuildException {
        for (Piece piece : inventory.pieces()) {
            if (!piece.isNeeded() && !piece.isYoung()) {
                String reason = "no image and no cached result needs it";
                add(new Victim(piece.kind(), piece.id(), "", reason, piece.bytes()));
            }
        }
        for (Candidate candidate : inventory.candidates()) {
            if (candidate.isWhole()) {
                left.add(candidate);
            } else {
                take(candidate, "what it needs is gone");
            }
        }
    }

    private void add(Victim victim) {
        victims.add(victim);
        free += victim.bytes();
    }

    private long take(Candidate candidate, String reason) throws IOException, JbuildException {
        CacheItem item = candidate.item();
        long freed = candidate.release();
        add(new Victim(item.type().toString(), item.id(), item.description(), reason, freed));
        candidate.key().ifPresent(records::add);
        candidate.directory().ifPresent(directories::add);
        left.remove(candidate);
        return freed;
    }

    private void apply(Rule rule) throws IOException, JbuildException {
        List<Candidate> matching = new ArrayList<>();
        for (Candidate candidate : left) {
            if (rule.which().test(candidate.item())) {
                matching.add(candidate);
            }
        }
        long excess = rule.limits().isNone() ? Long.MAX_VALUE : rule.limits().excess(used(matching), free);
        String why = why(rule, excess, used(matching));
        List<Candidate> eligible = new ArrayList<>();
        for (Candidate candidate : matching) {
            boolean idle = !candidate.item().used().plus(rule.keep()).isAfter(now);
            if (idle && !candidate.item().inUse()) {
                eligible.add(candidate);
            }
        }
        for (Candidate candidate : rule.limits().isNone() ? eligible : leastWorthFirst(eligible)) {
            if (excess <= 0) {
                return;
            }
            excess -= take(candidate, rule.limits().isNone() ? why : why + worth(candidate.item()));
        }
    }

    /** Without those whose going would free nothing. */
    private List<Candidate> leastWorthFirst(List<Candidate> candidates) throws IOException, JbuildException {
        record Weighed(Candidate candidate, double worth) {}
        List<Weighed> weighed = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (candidate.item().bytes() > 0) {
                weighed.add(new Weighed(candidate, candidate.item().worth(now)));
            }
        }
        weighed.sort(Comparator.comparingDouble(Weighed::worth));
        return weighed.stream().map(Weighed::candidate).toList();
    }

    private String why(Rule rule, long excess, long used) {
        Limits limits = rule.limits();
        if (limits.isNone()) {
            return rule.keep().isZero() ? "it was asked for" : "not used for " + rule.keep();
        }
        String idle = rule.keep().isZero() ? "" : "not used for " + rule.keep() + ", and ";
        boolean lacking = limits.minFree().orElse(0) > free;
        boolean tooMuch = used > limits.maxUsed().orElse(Long.MAX_VALUE);
        String pressure = tooMuch
                ? "the cache takes more than it may"
                : lacking ? "the disk has too little free space" : "only the reserved space is to stay";
        return excess <= 0 ? "" : idle + pressure;
    }

    private static String worth(CacheItem item) {
        return String.format(
                Locale.ROOT,
                ", and this is worth least: %s%s, last on %s",
                item.cost().isZero() ? "" : item.cost().toMillis() / 1000.0 + " s to make, ",
                item.hits() == 1 ? "used once" : "used " + item.hits() + " times",
                item.used());
    }

    /** What they take together, each piece counted once. */
    private static long used(List<Candidate> candidates) throws IOException, JbuildException {
        long used = 0;
        Set<Piece> counted = new HashSet<>();
        for (Candidate candidate : candidates) {
            used += candidate.directory().isPresent() ? candidate.item().bytes() : 0;
            for (Piece part : candidate.parts()) {
                used += !part.isNeededByImages() && counted.add(part) ? part.bytes() : 0;
            }
        }
        return used;
    }
}
