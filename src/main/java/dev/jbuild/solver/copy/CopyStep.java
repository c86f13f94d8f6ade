package dev.jbuild.solver.copy;

import dev.jbuild.builds.FileListing.ListedFile;
import dev.jbuild.context.Archives;
import dev.jbuild.context.SourceTree;
import dev.jbuild.fs.MissingIds;
import dev.jbuild.graph.Op;
import dev.jbuild.layer.ArchiveLimits;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.PlannedFile;
import dev.jbuild.store.StorageError;
import dev.jbuild.sys.RawPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * One COPY or ADD: the files it selects, told apart by their digest, and the copying of them. Immutable; asking for the
 * digest reads the files that have none yet.
 */
public final class CopyStep {
    private static final SourceTree NOTHING = new EmptyTree();

    private final Op.Copy op;
    private final SourceTree base;
    private final List<Selected> selected;
    private final Optional<Owner> owner;
    private final Optional<ModeChange> mode;

    private CopyStep(Op.Copy op, SourceTree base, List<Selected> selected, Optional<Owner> owner)
            throws JbuildException {
        this.op = op;
        this.base = base;
        this.selected = List.copyOf(selected);
        this.owner = owner;
        this.mode =
                op.mode().isPresent() ? Optional.of(ModeChange.parse(op.mode().get())) : Optional.empty();
    }

    /**
     * Finds all files that the operation's sources name.
     *
     * @param base the root file system that is copied into, where names of owners are looked up too
     * @param inputs the trees that the sources are in, by their numbers
     * @throws dev.jbuild.problem.UserError if a source that isn't a pattern is not there
     */
    public static CopyStep select(Op.Copy op, SourceTree base, List<? extends SourceTree> inputs)
            throws JbuildException {
        List<Selected> selected = new ArrayList<>();
        for (Op.Source each : op.sources()) {
            Sources sources = new Sources(inputs.get(each.input()), each, op.excludes(), op.parents());
            selected.addAll(sources.select());
        }
        Optional<Owner> owner = op.owner().isPresent()
                ? Optional.of(Owner.parse(op.owner().get(), base, op.hasBase()))
                : Optional.empty();
        return new CopyStep(op, base, selected, owner);
    }

    /**
     * The digest of all that the result depends on besides the operation itself and its base: names, types, modes, contents,
     * link targets, attributes and owners as they will be, but no times. With {@code --link} the base doesn't matter either,
     * as owners that were looked up in it are in here.
     */
    public Digest digest() throws JbuildException {
        return new SelectionDigest(owner, mode).of(selected);
    }

    /** All that is copied, by the paths that it has in its source. */
    public List<ListedFile> files() throws JbuildException {
        return new SelectionDigest(owner, mode).list(selected);
    }

    /** Whether there is nothing to copy: patterns that match nothing. Then nothing is made, not even the destination. */
    public boolean isEmpty() {
        return selected.isEmpty() && op.inline().isEmpty();
    }

    /**
     * Copies into a fresh upper directory over the base (over nothing with {@code --link}), leaving there what overlayfs
     * would have.
     *
     * @param limits what an archive may come to that is unpacked
     */
    public Copied execute(Path upper, ArchiveLimits limits, Cancellation cancellation) throws JbuildException {
        return execute(new WrittenFiles(upper), limits, cancellation);
    }

    /** Whether archives are to be unpacked, whose contents pass by only once. */
    public boolean unpacks() throws JbuildException {
        for (Selected each : selected) {
            if (isUnpacked(each)) {
                return true;
            }
        }
        return false;
    }

    /**
     * What {@link #execute} would leave in the upper directory, if nothing is unpacked.
     *
     * @param files in path order
     */
    public record Planned(List<PlannedFile> files, Copied copied) {}

    /** @param now when it is made, in seconds since 1970 */
    public Planned plan(long now, Cancellation cancellation) throws JbuildException {
        PlannedFiles files = new PlannedFiles(now, cancellation);
        Copied copied = execute(files, ArchiveLimits.NONE, cancellation);
        return new Planned(files.all(), copied);
    }

    private static boolean isUnpacked(Selected each) throws JbuildException {
        return each.extract() && Archives.isArchive(each.tree(), each.top().path());
    }

    private Copied execute(UpperFiles files, ArchiveLimits limits, Cancellation cancellation) throws JbuildException {
        try (Target target = new Target(files, op.link() ? NOTHING : base)) {
            Copier copier = new Copier(target, op.destination(), owner, mode, cancellation);
            for (Selected each : selected) {
                if (isUnpacked(each)) {
                    unpack(each, target, limits, cancellation);
                } else {
                    copier.copy(each);
                }
            }
            for (Op.InlineFile file : op.inline()) {
                write(file, copier);
            }
            target.finish();
            return Copied.of(copier.placed());
        } catch (IOException e) {
            throw failure("copying to " + op.destination() + " failed", e);
        }
    }

    private void unpack(Selected archive, Target target, ArchiveLimits limits, Cancellation cancellation)
            throws JbuildException, IOException {
        RawPath root = target.resolve(RawPath.ROOT, RawPath.of(op.destination()));
        target.makeDirectories(root, 0755, owner.orElse(Owner.ROOT));
        new ArchiveUnpacker(target, root, owner, limits, cancellation)
                .unpack(archive.tree(), archive.top().path());
    }

    private void write(Op.InlineFile file, Copier copier) throws JbuildException, IOException {
        byte[] content = file.content().getBytes(StandardCharsets.UTF_8);
        int permissions = mode.isPresent() ? mode.get().apply(0644, false) : 0644;
        Attributes attributes =
                new Attributes(permissions, owner.orElse(Owner.ROOT), OptionalLong.empty(), new TreeMap<>());
        RawPath name = Sources.clean(file.name()).fileName();
        copier.place(name, new ByteArrayInputStream(content), attributes);
    }

    static EnvironmentError failure(String what, IOException e) {
        Optional<String> ids = MissingIds.hint(e);
        return ids.isPresent()
                ? new EnvironmentError(what + ": " + e.getMessage(), e, ids.get())
                : StorageError.of(what, e);
    }
}
