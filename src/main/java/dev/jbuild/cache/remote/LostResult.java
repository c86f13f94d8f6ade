package dev.jbuild.cache.remote;

import dev.jbuild.problem.RemoteError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files of a result that a cache had promised can't be had. Whoever solves again won't be promised them again. */
public final class LostResult extends RemoteError {
    private static final long serialVersionUID = 1;

    LostResult(String what, @Nullable Throwable cause) {
        super(what, null, List.of(), cause);
    }
}
