package dev.jbuild.engine;

import dev.jbuild.buildfile.BuildTarget;
import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.buildfile.LintReport;
import dev.jbuild.buildfile.Outline;
import dev.jbuild.buildfile.Scope;
import dev.jbuild.builds.StepObserver;
import dev.jbuild.context.IgnoreReport;
import dev.jbuild.context.SourceTree;
import dev.jbuild.engine.BuildRequest.NamedText;
import dev.jbuild.graph.Bases;
import dev.jbuild.graph.GraphBuilder;
import dev.jbuild.graph.GraphOptions;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.Unsupported;
import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.progress.EventSink;
import dev.jbuild.store.Lease;
import dev.jbuild.store.Store;
import dev.jbuild.sys.RawPath;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Says about a Buildfile what can be said without building it. Of images only what describes them is read, from the store or
 * their registries; where a registry doesn't answer, less is said.
 */
public final class Survey {
    /**
     * What a check found.
     *
     * @param problem what would fail the build
     * @param ignored what the rules of the ignore file leave out of the whole context, if there are any
     */
    public record Checked(
            NamedText file, LintReport report, Optional<JbuildException> problem, Optional<IgnoreReport> ignored) {}

    /** What the build of a target can be given. */
    public record Outlined(NamedText file, Outline outline) {}

    /** What can be built. */
    public record Targets(NamedText file, List<BuildTarget> targets) {
        public Targets {
            targets = List.copyOf(targets);
        }
    }

    private final Equipment equipment;
    private final Store store;
    private final InstantSource clock;
    private final EventSink events;

    Survey(Equipment equipment, EventSink events) {
        this.equipment = equipment;
        this.store = equipment.store();
        this.clock = equipment.clock();
        this.events = events;
    }

    private BuildInputs inputs(BuildRequest request, Cancellation cancellation) throws JbuildException {
        return new DefinitionStep(events, clock).read(request, loading(request, cancellation));
    }

    private SourceTimes.Loading loading(BuildRequest request, Cancellation cancellation) {
        return () ->
                new ContextLoader(new Workshop(equipment, request, events, StepObserver.NONE, cancellation), request);
    }

    Checked check(BuildRequest request, Cancellation cancellation) throws JbuildException {
        BuildInputs inputs = inputs(request, cancellation);
        GraphOptions options = options(request);
        Optional<JbuildException> problem = Optional.empty();
        Optional<Buildfile> buildfile = Optional.empty();
        Lease lease = store.lease();
        try {
            RememberedBases bases = bases(request, inputs, cancellation);
            try {
                buildfile = Optional.of(inputs.parse());
                GraphBuilder.check(buildfile.get(), options, available(bases));
            } catch (Unsupported e) {
                notice(e);
            } catch (JbuildException e) {
                cancellation.throwIfCancelled();
                problem = Optional.of(e);
            }
            LintReport report = new FileCheck(inputs, options, bases).run(buildfile, Scope.check(request.target()));
            return new Checked(
                    inputs.buildfile(),
                    report,
                    problem.or(report::problem).or(report::refusal),
                    ignored(inputs, cancellation));
        } finally {
            lease.close();
        }
    }

    /** Lists the context for what is left out of it; that this can't be done isn't a mistake in the Buildfile. */
    private Optional<IgnoreReport> ignored(BuildInputs inputs, Cancellation cancellation) throws JbuildException {
        try {
            if (inputs.ignore().patterns().isEmpty()) {
                return Optional.empty();
            }
            SourceTree context = inputs.listing();
            list(context, RawPath.ROOT, cancellation);
            return context.ignored();
        } catch (BuildCancelled e) {
            throw e;
        } catch (JbuildException e) {
            events.accept(new BuildEvent.Notice(e.what(), List.of(), clock.instant()));
            return Optional.empty();
        }
    }

    private static void list(SourceTree context, RawPath directory, Cancellation cancellation) throws JbuildException {
        cancellation.throwIfCancelled();
        for (LayerEntry child : context.children(directory)) {
            if (child.isDirectory()) {
                list(context, child.path(), cancellation);
            }
        }
    }

    Outlined outline(BuildRequest request, Cancellation cancellation) throws JbuildException {
        BuildInputs inputs = inputs(request, cancellation);
        GraphOptions options = options(request);
        Lease lease = store.lease();
        try {
            RememberedBases bases = bases(request, inputs, cancellation);
            Buildfile buildfile = inputs.parse();
            try {
                GraphBuilder.build(buildfile, options, available(bases));
            } catch (Unsupported e) {
                notice(e);
            }
            Outline outline = Outline.of(
                    buildfile,
                    new FileCheck(inputs, options, bases).surroundings(Optional.of(buildfile)),
                    request.target());
            return new Outlined(inputs.buildfile(), outline);
        } finally {
            lease.close();
        }
    }

    /** The file is right; that a build would be refused is said all the same. */
    private void notice(Unsupported refusal) {
        events.accept(new BuildEvent.Notice(refusal.what(), List.of(), clock.instant()));
    }

    Targets targets(BuildRequest request, Cancellation cancellation) throws JbuildException {
        BuildInputs inputs = inputs(request, cancellation);
        return new Targets(inputs.buildfile(), BuildTarget.of(inputs.parse()));
    }

    /** Of several platforms the first is looked at. */
    private static GraphOptions options(BuildRequest request) throws JbuildException {
        TargetPlatforms targets = TargetPlatforms.of(request);
        GraphOptions options = Build.options(request, targets);
        return targets.platforms().isEmpty()
                ? options
                : options.forPlatform(targets.platforms().get(0));
    }

    private RememberedBases bases(BuildRequest request, BuildInputs inputs, Cancellation cancellation) {
        SourceTimes times = new SourceTimes(loading(request, cancellation), inputs.contextSource());
        return new RememberedBases(new NamedContexts(equipment, request, false, times, events, cancellation));
    }

    private Bases available(Bases bases) {
        return new AvailableBases(bases, events, clock);
    }
}
