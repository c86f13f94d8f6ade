package dev.jbuild.engine;

import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.UserError;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Something that a Buildfile may ask for only if the command line allows it. */
public enum Entitlement {
    NETWORK_HOST("network.host"),
    SECURITY_INSECURE("security.insecure");

    private final String label;

    Entitlement(String label) {
        this.label = label;
    }

    /** As {@code --allow} spells it. */
    public String label() {
        return label;
    }

    public static Optional<Entitlement> labelled(String label) {
        return Arrays.stream(values())
                .filter(entitlement -> entitlement.label.equals(label))
                .findFirst();
    }

    /** Refuses a build of which a step asks for more than is allowed, before any of it runs. */
    static void check(List<Vertex> vertices, Set<Entitlement> allowed) throws UserError {
        for (Vertex vertex : vertices) {
            if (vertex.op() instanceof Op.Run run) {
                if (run.network() == Op.Network.HOST) {
                    NETWORK_HOST.require(allowed, vertex);
                }
                if (run.insecure()) {
                    SECURITY_INSECURE.require(allowed, vertex);
                }
            }
        }
    }

    private void require(Set<Entitlement> allowed, Vertex vertex) throws UserError {
        if (!allowed.contains(this)) {
            SourceExcerpt where = vertex.source().orElse(null);
            throw new UserError(
                    "entitlement " + label + " is not allowed",
                    where,
                    List.of("if you trust this Buildfile, allow it with --allow " + label),
                    null);
        }
    }
}
