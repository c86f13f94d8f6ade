package dev.jbuild.engine;

import dev.jbuild.context.Archives;
import dev.jbuild.context.SourceTree;
import dev.jbuild.graph.Op;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sys.RawPath;
import java.time.Instant;
import java.util.Optional;

/** Tells when what a build reads was made, as BuildKit does for {@code SOURCE_DATE_EPOCH}. */
final class SourceTimes {
    private final Loading loading;
    private final Optional<Op> context;

    /** @param context where the build context came from, if that has a time */
    SourceTimes(Loading loading, Optional<Op> context) {
        this.loading = loading;
        this.context = context;
    }

    /** Gives what reaches other machines, when it is needed. */
    @FunctionalInterface
    interface Loading {
        ContextLoader loader() throws JbuildException;
    }

    /** The time of a commit; of a file, or where the server doesn't say that, of the newest file in it if it is an archive. */
    Optional<Instant> of(Op source) throws JbuildException {
        if (source instanceof Op.Context) {
            return context.isPresent() ? of(context.get()) : Optional.empty();
        }
        if (source instanceof Op.Git git) {
            return Optional.of(loading.loader().commitTime(git));
        }
        if (source instanceof Op.Http http) {
            return ofFile(loading.loader().file(http), RawPath.of(http.name()));
        }
        return Optional.empty();
    }

    private static Optional<Instant> ofFile(SourceTree tree, RawPath file) throws JbuildException {
        long seconds = tree.peek(file).orElseThrow().mtimeSeconds();
        // As files are given that have no time.
        if (seconds != Instant.EPOCH.getEpochSecond()) {
            return Optional.of(Instant.ofEpochSecond(seconds));
        }
        return Archives.isArchive(tree, file) ? Archives.newest(tree, file) : Optional.empty();
    }
}
