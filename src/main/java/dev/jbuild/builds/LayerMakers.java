package dev.jbuild.builds;

import dev.jbuild.builds.RecordedStep.Outcome;
import dev.jbuild.problem.JbuildException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which steps of recorded builds made layers. A value: what is recorded later isn't known to it. */
public final class LayerMakers {
    private final Map<String, Maker> byLayer = new HashMap<>();

    /**
     * Who made a layer.
     *
     * @param build the first build that ran the step; if none of those recorded did, the first that took it from the cache
     */
    public record Maker(BuildRecord build, RecordedStep step) {
        /** Where the instruction stands, such as {@code Buildfile:3}. */
        public String line() {
            String file = build.request().buildfile();
            return file.isEmpty() ? "line " + step.line() : file + ":" + step.line();
        }

        private boolean isBetterThan(Maker other) {
            boolean ran = step.outcome() == Outcome.DONE;
            boolean otherRan = other.step().outcome() == Outcome.DONE;
            return ran == otherRan ? build.startedAt().isBefore(other.build().startedAt()) : ran;
        }
    }

    private LayerMakers() {}

    public static LayerMakers of(BuildRecords records) throws JbuildException {
        return of(records.list());
    }

    static LayerMakers of(List<BuildRecord> records) {
        LayerMakers makers = new LayerMakers();
        for (BuildRecord build : records) {
            for (RecordedStep step : build.steps()) {
                if (step.isStep() && !step.layer().isEmpty()) {
                    makers.byLayer.merge(
                            step.layer(),
                            new Maker(build, step),
                            (one, other) -> other.isBetterThan(one) ? other : one);
                }
            }
        }
        return makers;
    }

    /** Who made the layer with this DiffID, if any build that is still recorded has to do with it. */
    public Optional<Maker> find(String layer) {
        return Optional.ofNullable(byLayer.get(layer));
    }
}
