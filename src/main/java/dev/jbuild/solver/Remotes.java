package dev.jbuild.solver;

import dev.jbuild.context.SingleFile;
import dev.jbuild.context.git.GitSource;
import dev.jbuild.context.http.HttpSource;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.policy.SourcePolicy;
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
    private final SourcePolicy policy;

    /** @param policy what is got in place of what is asked for */
    public Remotes(BlobStore blobs, HttpSource http, GitSource git, SourcePolicy policy) {
        this.blobs = blobs;
        this.http = http;
        this.git = git;
        this.policy = policy;
    }

    GitSource git() {
        return git;
    }

    /** What repository is used for another. */
    Op.Git used(Op.Git asked) throws JbuildException {
        return (Op.Git) policy.apply(asked);
    }

    /** The file behind an address, as a tree without anything else. */
    StepResult.Files file(Op.Http asked, StepEvents told, Cancellation cancellation) throws JbuildException {
        Op.Http op = (Op.Http) policy.apply(asked);
        HttpSource.Fetched file = http.fetch(op.url(), op.checksum(), told::transfer, cancellation);
        long modified = file.lastModified().orElse(Instant.EPOCH).getEpochSecond();
        return new StepResult.Files(new SingleFile(
                op.name(), FILE_MODE, file.size(), modified, file.content(), blobs.path(file.content())));
    }
}
