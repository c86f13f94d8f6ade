package dev.jbuild.graph.policy;

import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.UserError;
import java.util.List;

/**
 * What a build may use from outside, and what it uses in place of it. Immutable.
 *
 * @param rules in their order: of those that allow and deny the last one that selects a source holds; the first one that
 *     converts it into another does so at once, and all rules are asked about that
 * @param origin where the rules are from, for messages
 */
public record SourcePolicy(List<PolicyRule> rules, String origin) {
    /** Everything may be used as it is. */
    public static final SourcePolicy NONE = new SourcePolicy(List.of(), "");

    private static final int MOST_CONVERSIONS = 20;

    public SourcePolicy {
        rules = List.copyOf(rules);
    }

    /** Whether there are no rules. */
    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /**
     * What is used for a source.
     *
     * @throws UserError if it may not be used
     */
    public PolicySource evaluate(PolicySource source) throws UserError {
        PolicySource current = source;
        for (int i = 0; i <= MOST_CONVERSIONS; i++) {
            PolicySource next = step(current);
            if (next.equals(current)) {
                return current;
            }
            current = next;
        }
        throw new UserError(
                "the source policy converts \"" + source.identifier() + "\" without end",
                "the rules are those of " + origin);
    }

    private PolicySource step(PolicySource source) throws UserError {
        boolean denied = false;
        for (PolicyRule rule : rules) {
            if (!rule.selector().selects(source)) {
                continue;
            }
            if (rule.action() == PolicyRule.Action.CONVERT) {
                PolicySource converted = rule.converted(source);
                if (!converted.equals(source)) {
                    return converted;
                }
            } else {
                denied = rule.action() == PolicyRule.Action.DENY;
            }
        }
        if (denied) {
            throw new UserError(
                    "source \"" + source.identifier() + "\" denied by policy", "the rules are those of " + origin);
        }
        return source;
    }

    /**
     * What image is used for another.
     *
     * @param pull whether registries are asked for newer ones
     */
    public ImageReference image(ImageReference reference, boolean pull) throws UserError {
        return isEmpty() ? reference : PolicedImage.converted(this, reference, pull);
    }

    /** What operation gets the source that an operation gets, if that is a file or a repository; else the same. */
    public Op apply(Op op) throws UserError {
        if (isEmpty()) {
            return op;
        }
        if (op instanceof Op.Http http) {
            return PolicedFile.converted(this, http);
        }
        return op instanceof Op.Git git ? PolicedRepository.converted(this, git) : op;
    }

    /**
     * Refuses a build of which a step gets what may not be used, before any of it runs.
     *
     * @param local whether the build context is a directory
     */
    public void check(List<Vertex> vertices, boolean local) throws UserError {
        if (isEmpty()) {
            return;
        }
        for (Vertex vertex : vertices) {
            try {
                check(vertex.op(), local);
            } catch (UserError e) {
                throw new UserError(e.what(), vertex.source().orElse(e.where().orElse(null)), e.hints(), e);
            }
        }
    }

    private void check(Op op, boolean local) throws UserError {
        if (op instanceof Op.Context context && (local || !context.name().isEmpty())) {
            PolicySource source = PolicySource.of("local://" + (context.name().isEmpty() ? "context" : context.name()));
            if (!evaluate(source).equals(source)) {
                throw new UserError("the source policy converts \"" + source.identifier()
                        + "\", but a directory can't be replaced by something else");
            }
        }
        apply(op);
    }

    UserError unusable(String what, PolicySource result) {
        return new UserError(
                "the source policy converts " + what + " into \"" + result.identifier() + "\", which is no such source",
                "the rules are those of " + origin);
    }

    UserError unknownAttribute(String name) {
        return new UserError(
                "the source policy sets " + name + ", which jbuild can't carry out",
                "the rules are those of " + origin);
    }
}
