package dev.jbuild.inspect;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.snapshot.MergedView;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.RawPath;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Finds what a layer stores without need, from its index and those of the layers below it. */
public final class LayerCosts {
    /** Of less nobody need be told: a million bytes. */
    private static final long LEAST = 1_000_000;

    /** Where package managers keep what they fetched. */
    private static final List<RawPath> PACKAGE_CACHES = Stream.of(
                    "var/lib/apt/lists",
                    "var/cache/apt",
                    "var/cache/apk",
                    "var/cache/dnf",
                    "var/cache/libdnf5",
                    "var/cache/yum",
                    "var/cache/zypp",
                    "var/cache/pacman/pkg",
                    "root/.cache/pip",
                    "root/.npm/_cacache")
            .map(RawPath::of)
            .toList();

    private final MergedView below;
    private final Map<LayerCost.Rule, Sum> sums = new EnumMap<>(LayerCost.Rule.class);

    private LayerCosts(MergedView below) {
        this.below = below;
    }

    /** What comes together of one rule. */
    private static final class Sum {
        private long bytes;
        private int files;
        private final Set<Integer> places = new TreeSet<>();

        private void add(LayerEntry file) {
            bytes += file.size();
            files++;
        }
    }

    /** Whether a layer can cost anything without need: else the layers below it needn't be looked at. */
    public static boolean isSuspect(LayerIndex layer) {
        long bytes = 0;
        for (LayerEntry entry : layer.entries()) {
            bytes += entry.size();
            if (bytes >= LEAST || entry.type() == EntryType.WHITEOUT || entry.opaque()) {
                return true;
            }
        }
        return false;
    }

    /** What a layer costs upon others, in the order of the rules. */
    public static List<LayerCost> of(LayerIndex layer, MergedView below) {
        LayerCosts costs = new LayerCosts(below);
        layer.entries().forEach(costs::add);
        List<LayerCost> all = new ArrayList<>();
        costs.sums.forEach((rule, sum) -> {
            if (sum.bytes >= LEAST) {
                all.add(new LayerCost(rule, sum.bytes, sum.files, sum.places));
            }
        });
        return all;
    }

    private void add(LayerEntry entry) {
        switch (entry.type()) {
            case FILE -> addFile(entry);
            case WHITEOUT -> deleted(entry.path());
            case DIRECTORY -> {
                if (entry.opaque()) {
                    below.beneath(entry.path()).forEach(this::deleted);
                }
            }
            default -> {}
        }
    }

    private void addFile(LayerEntry file) {
        if (file.hardLinkTo().isPresent()) {
            return; // stored once
        }
        if (PACKAGE_CACHES.stream().anyMatch(file.path()::startsWith)) {
            sum(LayerCost.Rule.PACKAGE_CACHE_KEPT).add(file);
            return;
        }
        Optional<Found> before = below.find(file.path());
        if (before.isPresent() && before.get().entry().content().equals(file.content())) {
            Sum sum = sum(
                    isSameButTime(before.get().entry(), file)
                            ? LayerCost.Rule.UNCHANGED_REWRITE
                            : LayerCost.Rule.METADATA_ONLY_REWRITE);
            sum.add(file);
            sum.places.add(before.get().layer());
        }
    }

    private static boolean isSameButTime(LayerEntry one, LayerEntry other) {
        return one.mode() == other.mode()
                && one.uid() == other.uid()
                && one.gid() == other.gid()
                && one.xattrs().equals(other.xattrs());
    }

    private void deleted(RawPath path) {
        below.find(path).ifPresent(this::deleted);
        below.beneath(path).forEach(this::deleted);
    }

    private void deleted(Found found) {
        if (found.entry().type() == EntryType.FILE && found.entry().hardLinkTo().isEmpty()) {
            Sum sum = sum(LayerCost.Rule.DELETED_IN_LATER_LAYER);
            sum.add(found.entry());
            sum.places.add(found.layer());
        }
    }

    private Sum sum(LayerCost.Rule rule) {
        return sums.computeIfAbsent(rule, each -> new Sum());
    }
}
