package dev.jbuild.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The user asked for something that is right, but that jbuild doesn't do yet. */
public final class Unsupported extends UserError {
    private static final long serialVersionUID = 1;

    public Unsupported(String what, @Nullable SourceExcerpt where, List<String> hints) {
        super(what, where, hints, null);
    }
}
