package dev.jbuild.engine;

import dev.jbuild.context.Archives;
import dev.jbuild.context.SingleFile;
import dev.jbuild.context.SourceTree;
import dev.jbuild.engine.BuildRequest.NamedText;
import dev.jbuild.graph.GitAddress;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.solver.StackTree;
import dev.jbuild.solver.StepResult;
import dev.jbuild.store.BlobStore;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Loads build contexts that are no directories of this machine. They become trees by steps like those of a graph, which
 * are cached like these.
 */
final class ContextLoader {
    /** What a file that is a whole context is called in it, as BuildKit has it. */
    private static final String FILE = "context";

    private static final RawPath FILE_PATH = RawPath.of(FILE);
    private static final String KEEP_GIT_DIR = "BUILDKIT_CONTEXT_KEEP_GIT_DIR";
    private static final String EPOCH = "SOURCE_DATE_EPOCH";

    private final Workshop workshop;
    private final BuildRequest request;

    ContextLoader(Workshop workshop, BuildRequest request) {
        this.workshop = workshop;
        this.request = request;
    }

    /**
     * A context.
     *
     * @param tree its files
     * @param buildfile the Buildfile, where the context is one and no more
     * @param source where it came from: what its time is asked of
     */
    record Loaded(SourceTree tree, Optional<NamedText> buildfile, Optional<Op> source) {}

    /** Loads the context of the build; nothing for a directory, which is opened when its ignore file is known. */
    Optional<Loaded> load() throws JbuildException {
        if (request.context() instanceof ContextSource.Remote remote) {
            Optional<GitAddress> repository = GitAddress.parseContext(remote.address());
            return Optional.of(repository.isPresent() ? git(repository.get(), remote.address()) : http(remote));
        }
        if (request.context() instanceof ContextSource.Archive archive) {
            return Optional.of(archive(archive.content()));
        }
        return Optional.empty();
    }

    private Loaded git(GitAddress address, String shown) throws JbuildException {
        Op.Git op = Op.Git.of(address);
        Map<String, String> arguments = request.buildArgs();
        if (isTrue(arguments.getOrDefault(KEEP_GIT_DIR, ""))) {
            op = op.withHistory();
        }
        if (!arguments.getOrDefault(EPOCH, "").isEmpty()) {
            op = op.withCommitTimes();
        }
        StepResult result = solved("[internal] load git source " + Op.Git.shown(shown), op, Map.of());
        return new Loaded(tree(result), Optional.empty(), Optional.of(op));
    }

    private static boolean isTrue(String value) {
        return List.of("1", "t", "T", "true", "TRUE", "True").contains(value);
    }

    private Loaded http(ContextSource.Remote remote) throws JbuildException {
        Op op = new Op.Http(remote.address(), FILE, Optional.empty());
        SourceTree file = tree(solved("[internal] load remote build context", op, Map.of()));
        if (Archives.isArchive(file, FILE_PATH)) {
            return new Loaded(unpacked(file), Optional.empty(), Optional.of(op));
        }
        NamedText text = new NamedText(FILE, text(file), Optional.empty());
        return new Loaded(file, Optional.of(text), Optional.of(op));
    }

    /** A file behind an HTTP address, as a tree. */
    SourceTree file(Op.Http op) throws JbuildException {
        return tree(solved("[internal] load " + Op.Git.shown(op.url()), op, Map.of()));
    }

    /** When a commit was made. */
    Instant commitTime(Op.Git op) throws JbuildException {
        return workshop.git().commitTime((Op.Git) request.sourcePolicy().apply(op), workshop.cancellation());
    }

    /** The text of a Buildfile that lies behind an HTTP address. */
    NamedText buildfile(String url) throws JbuildException {
        String shown = Op.Git.shown(url);
        SourceTree file = tree(solved("[internal] load " + shown, new Op.Http(url, FILE, Optional.empty()), Map.of()));
        return new NamedText("Dockerfile", text(file), Optional.empty());
    }

    private static String text(SourceTree file) throws JbuildException {
        return TreeText.read(file, FILE_PATH);
    }

    private Loaded archive(InputStream content) throws JbuildException {
        BlobStore blobs = workshop.equipment().store().blobs();
        Descriptor blob;
        try (BlobStore.Ingest ingest = blobs.ingest()) {
            content.transferTo(ingest.output());
            blob = ingest.commit("");
        } catch (IOException e) {
            throw new EnvironmentError("the context on standard input can't be read: " + e.getMessage(), e);
        }
        SourceTree file = new SingleFile(
                FILE, 0600, blob.size(), Instant.EPOCH.getEpochSecond(), blob.digest(), blobs.path(blob.digest()));
        if (!Archives.isArchive(file, FILE_PATH)) {
            throw new UserError("the context on standard input is no tar archive");
        }
        return new Loaded(unpacked(file), Optional.empty(), Optional.empty());
    }

    /** The files of an archive, as ADD would unpack it upon nothing. */
    private SourceTree unpacked(SourceTree file) throws JbuildException {
        Vertex archive = vertex("archive", "[internal] read context archive", new Op.Context(FILE), List.of());
        Op unpack = new Op.Copy(
                false,
                List.of(new Op.Source(0, FILE, false, true)),
                List.of(),
                "/",
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                List.of(),
                false);
        Vertex files = vertex("context", "[internal] unpack build context", unpack, List.of(archive));
        Map<Vertex, StepResult> results = workshop.solve(List.of(archive, files), Map.of(FILE, file));
        return tree(result(results, files));
    }

    private StepResult solved(String name, Op op, Map<String, SourceTree> contexts) throws JbuildException {
        Vertex vertex = vertex("source " + name, name, op, List.of());
        return result(workshop.solve(List.of(vertex), contexts), vertex);
    }

    private static StepResult result(Map<Vertex, StepResult> results, Vertex vertex) {
        StepResult result = results.get(vertex);
        if (result == null) {
            throw new AssertionError("no result of " + vertex.name());
        }
        return result;
    }

    private static Vertex vertex(String id, String name, Op op, List<Vertex> inputs) {
        return new Vertex(id, name, op, inputs, Optional.empty(), false);
    }

    private static SourceTree tree(StepResult result) throws JbuildException {
        return result instanceof StepResult.Root root
                ? new StackTree(root.stack())
                : ((StepResult.Files) result).tree();
    }
}
