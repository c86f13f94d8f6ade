package dev.jbuild.solver.copy;

import dev.jbuild.layer.EntryType;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/** A file that is still to be written, at a place that is ready for it. */
record FileCopy(UpperFiles files, RawPath path, Attributes attributes, FileSource source) {
    /** Fewer are written by one thread. */
    private static final int MANY = 16;

    /** Writes them on all processors. */
    static void all(List<FileCopy> copies, Cancellation cancellation) throws JbuildException, IOException {
        try {
            Stream<FileCopy> stream = copies.size() < MANY ? copies.stream() : copies.parallelStream();
            stream.forEach(copy -> copy.writeUnchecked(cancellation));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (Wrapped e) {
            throw e.problem;
        }
        for (FileCopy copy : copies) {
            if (!copy.attributes.xattrs().isEmpty()) {
                copy.files.setXattrs(copy.path, copy.attributes);
            }
        }
    }

    private static final class Wrapped extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final JbuildException problem;

        Wrapped(JbuildException problem) {
            super(problem);
            this.problem = problem;
        }
    }

    private void writeUnchecked(Cancellation cancellation) {
        try {
            cancellation.throwIfCancelled();
            files.makeFile(path, source);
            files.describeQuickly(path, EntryType.FILE, attributes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JbuildException e) {
            throw new Wrapped(e);
        }
    }
}
