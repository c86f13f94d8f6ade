package dev.jbuild.builds;

import dev.jbuild.store.CollectionJournal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Why a step was not taken from the cache.
 *
 * @param causes each in words that end a sentence such as "it ran because …"; none where there is nothing to compare with
 * @param compared the build whose step was found different, or whose result is gone
 * @param removal what a garbage collection noted when it removed the result, if one did
 */
public record MissReason(
        Kind kind, List<String> causes, Optional<BuildRecord> compared, Optional<CollectionJournal.Entry> removal) {
    private static final int IN_ONE_LINE = 2;
    private static final int LONGEST = 160;

    public MissReason {
        causes = List.copyOf(causes);
    }

    /** Of what was not removed. */
    MissReason(Kind kind, List<String> causes, Optional<BuildRecord> compared) {
        this(kind, causes, compared, Optional.empty());
    }

    /** What sort of reason it is. */
    public enum Kind {
        /** None of the last builds had such a step. */
        NEW,
        /** The cache was not to be asked. */
        NOT_ASKED,
        /** There was a result, older than the build wanted it. */
        EXPIRED,
        /** There was a result once, which has been deleted since. */
        GONE,
        /** It never came to a result. */
        FAILED,
        /** Something that the result depends on is not what it was. */
        CHANGED
    }

    /** For the progress of a build; nothing for a step that is new, as that is no surprise. */
    Optional<String> inOneLine() {
        if (kind == Kind.NEW || kind == Kind.NOT_ASKED || causes.isEmpty()) {
            return Optional.empty();
        }
        String line = causes.stream()
                .limit(IN_ONE_LINE)
                .map(cause -> cause.replaceAll("\\s+", " "))
                .map(cause -> cause.length() <= LONGEST ? cause : cause.substring(0, LONGEST - 1) + "…")
                .collect(Collectors.joining("; "));
        int more = causes.size() - IN_ONE_LINE;
        return Optional.of("not cached: " + line + (more > 0 ? "; and " + more + " more (see jbuild why)" : ""));
    }
}
