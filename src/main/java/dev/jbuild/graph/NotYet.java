package dev.jbuild.graph;

import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.Unsupported;
import dev.jbuild.problem.UserError;
import java.util.List;

/** What the language has and jbuild doesn't carry out yet: refused in words, never ignored. */
final class NotYet {
    private NotYet() {}

    static UserError refuse(String what, SourceExcerpt where) {
        return new Unsupported(what + " on line " + where.firstLine() + " is not supported yet", where, List.of());
    }
}
