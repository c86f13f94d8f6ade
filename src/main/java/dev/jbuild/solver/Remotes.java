package dev.jbuild.solver;

import dev.jbuild.context.SingleFile;
import dev.jbuild.context.git.GitSource;
import dev.jbuild.context.http.HttpSource;
import dev.jbuild.graph.Op;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.BlobStore;
import java.time.Instant;

/** What a build can get from other machines, other than images. */
public final class Remotes {
    /** As BuildKit has it: whoever wants others to read a file says so with {@code --chmod}. */
    private static final int FILE_MODE = 0600;

    private final BlobStore blobs;
    private final HttpSource http;
    private final GitSource git;

    public Remotes(BlobStore blobs, HttpSource http, GitSource git) {
        this.blobs = blobs;
        this.http = http;
        this.git = git;
    }

    GitSource git() {
        return git;
    }

    /** The file behind an address, as a tree without anything else. */
    StepResult.Files file(Op.Http op, StepEvents told, Cancellation cancellation) throws JbuildException {
        HttpSource.Fetched file = http.fetch(op.url(), op.checksum(), told::transfer, cancellation);
        long modified = file.lastModified().orElse(Instant.EPOCH).getEpochSecond();
        return new StepResult.Files(new SingleFile(
                op.name(), FILE_MODE, file.size(), modified, file.content(), blobs.path(file.content())));
    }
}
