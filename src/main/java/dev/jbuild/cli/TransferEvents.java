package dev.jbuild.cli;

import dev.jbuild.image.TransferProgress;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.BuildEvent.Outcome;
import dev.jbuild.progress.BuildEvent.VertexFinished;
import dev.jbuild.progress.BuildEvent.VertexStarted;
import dev.jbuild.progress.BuildEvent.VertexTransfer;
import dev.jbuild.progress.EventSink;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Tells a transfer that isn't part of a build in the events of a build, so that it is shown in the same way. */
final class TransferEvents {
    /** The transfer. */
    interface Work<T> {
        T run(TransferProgress progress) throws JbuildException;
    }

    private TransferEvents() {}

    static <T> T told(String name, EventSink events, Work<T> work) throws JbuildException {
        events.accept(new VertexStarted(name, name, List.of(), Instant.now()));
        try {
            T result = work.run((item, current, total, done) ->
                    events.accept(new VertexTransfer(name, item, current, total, done, Instant.now())));
            events.accept(new VertexFinished(name, Outcome.DONE, Optional.empty(), Instant.now()));
            return result;
        } catch (BuildCancelled e) {
            events.accept(new VertexFinished(name, Outcome.CANCELLED, Optional.empty(), Instant.now()));
            throw e;
        } catch (JbuildException e) {
            events.accept(new VertexFinished(name, Outcome.FAILED, Optional.of(e.what()), Instant.now()));
            throw e;
        }
    }
}
