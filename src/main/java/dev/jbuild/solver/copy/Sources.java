package dev.jbuild.solver.copy;

import dev.jbuild.buildfile.IgnorePatterns;
import dev.jbuild.context.SourceTree;
import dev.jbuild.graph.Op;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.solver.copy.Selected.Item;
import dev.jbuild.sys.RawPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds what a source of COPY and ADD names: paths, patterns, and with {@code --parents} what is matched beneath. */
final class Sources {
    private static final String PIVOT = "/./";

    private final SourceTree tree;
    private final Op.Source source;
    private final IgnorePatterns excludes;
    private final boolean parents;

    Sources(SourceTree tree, Op.Source source, List<String> excludes, boolean parents) throws UserError {
        this.tree = tree;
        this.source = source;
        this.excludes = IgnorePatterns.of(excludes);
        this.parents = parents;
    }

    /** What the source names, in path order; nothing for a pattern that matches nothing. */
    List<Selected> select() throws JbuildException {
        String path = source.path();
        if (!parents) {
            return select(path, Optional.empty());
        }
        int pivot = path.indexOf(PIVOT);
        String root = pivot < 0 ? "/" : path.substring(0, pivot);
        String below = pivot < 0 ? path : path.substring(pivot + PIVOT.length());
        RawPath wanted = clean(below);
        if (wanted.isRoot()) {
            return select(root, Optional.empty());
        }
        List<Selected> selected = select(root, Optional.of(wanted));
        boolean named = !GoPattern.isPattern(root) && !GoPattern.isPattern(below);
        if (named && selected.stream().noneMatch(each -> holds(each, wanted))) {
            throw notFound(clean(root).resolve(wanted));
        }
        return selected;
    }

    private static boolean holds(Selected selected, RawPath wanted) {
        return selected.items().stream().anyMatch(item -> item.relative().startsWith(wanted));
    }

    private List<Selected> select(String named, Optional<RawPath> includes) throws JbuildException {
        RawPath path = clean(named);
        List<Selected> selected = new ArrayList<>();
        for (RawPath match : expand(path)) {
            RawPath at = tree.resolve(match, true);
            Optional<LayerEntry> entry = tree.peek(at);
            if (entry.isEmpty()) {
                throw notFound(match);
            }
            List<Item> items = new ArrayList<>();
            items.add(new Item(RawPath.ROOT, entry.get(), false));
            if (entry.get().isDirectory()) {
                new Walk(includes, items).into(at, RawPath.ROOT);
            }
            selected.add(new Selected(tree, match.fileName(), items, source.extract()));
        }
        return selected;
    }

    static UserError notFound(RawPath path) {
        return new UserError(
                "failed to compute cache key: \"/" + path + "\": not found",
                "check the spelling, and that no ignore file leaves it out");
    }

    /** A source as a path: {@code ..} is resolved by the text alone and doesn't lead out. */
    static RawPath clean(String source) {
        return new EmptyTree().resolve(RawPath.of(source), false);
    }

    private List<RawPath> expand(RawPath path) throws JbuildException {
        if (!source.pattern()) {
            return List.of(path);
        }
        List<RawPath> segments = path.segments();
        RawPath fixed = RawPath.ROOT;
        int i = 0;
        while (i < segments.size() && !GoPattern.isPattern(segments.get(i).toString())) {
            fixed = fixed.resolve(segments.get(i++));
        }
        if (i == segments.size()) {
            return List.of(fixed);
        }
        List<RawPath> found = List.of(tree.resolve(fixed, true));
        for (; i < segments.size(); i++) {
            GoPattern pattern = GoPattern.of(segments.get(i).toString());
            List<RawPath> next = new ArrayList<>();
            for (RawPath directory : found) {
                for (LayerEntry child : tree.children(directory)) {
                    if (pattern.matches(child.path().fileName())) {
                        next.add(child.path());
                    }
                }
            }
            found = next;
        }
        return found;
    }

    /** Collects what is beneath a directory, under the patterns; a directory passed through comes with what is in it. */
    private final class Walk {
        private final Optional<IgnorePatterns> includes;
        private final List<RawPath> wanted;
        private final List<Item> items;
        private final List<Item> pending = new ArrayList<>();

        Walk(Optional<RawPath> wanted, List<Item> items) throws UserError {
            this.includes = wanted.isPresent()
                    ? Optional.of(IgnorePatterns.of(List.of(wanted.get().toString())))
                    : Optional.empty();
            this.wanted = wanted.map(RawPath::segments).orElse(List.of());
            this.items = items;
        }

        void into(RawPath directory, RawPath relative) throws JbuildException {
            into(directory, relative, includes.map(IgnorePatterns::root), excludes.root(), 0);
        }

        private void into(
                RawPath directory,
                RawPath relative,
                Optional<IgnorePatterns.Entry> included,
                IgnorePatterns.Entry excluded,
                int depth)
                throws JbuildException {
            for (LayerEntry child : tree.children(directory)) {
                RawPath name = child.path().fileName();
                Optional<IgnorePatterns.Entry> in = included.map(entry -> entry.child(name.toString()));
                IgnorePatterns.Entry out = excluded.child(name.toString());
                boolean copied = in.map(IgnorePatterns.Entry::isIgnored).orElse(true) && !out.isIgnored();
                Item item = new Item(relative.resolve(name), child, !copied);
                if (copied) {
                    items.addAll(pending);
                    pending.clear();
                    items.add(item);
                }
                if (child.isDirectory() && !out.isSubtreeIgnored() && mayHoldWanted(name, depth)) {
                    pass(item, in, out, depth);
                }
            }
        }

        private void pass(Item item, Optional<IgnorePatterns.Entry> in, IgnorePatterns.Entry out, int depth)
                throws JbuildException {
            if (item.parent()) {
                pending.add(item);
            }
            into(item.entry().path(), item.relative(), in, out, depth + 1);
            if (item.parent()) {
                pending.remove(item);
            }
        }

        /** Whether a directory can be on the way to what is wanted; only a literal name can rule it out. */
        private boolean mayHoldWanted(RawPath name, int depth) {
            if (depth >= wanted.size()) {
                return true;
            }
            for (int i = 0; i <= depth; i++) {
                String segment = wanted.get(i).toString();
                if (segment.contains("**")) {
                    return true;
                }
            }
            String segment = wanted.get(depth).toString();
            boolean literal = segment.chars().noneMatch(c -> "*?[\\!".indexOf(c) >= 0);
            return !literal || wanted.get(depth).equals(name);
        }
    }
}
