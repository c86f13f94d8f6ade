package dev.jbuild.snapshot;

import dev.jbuild.layer.LayerEntry;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What of an upper directory belongs to a layer: what differs from the lower layers, and the directories above that.
 * Written in the order of the methods.
 */
final class UpperSelection {
    private static final byte[] WHITEOUT_PREFIX = ".wh.".getBytes(StandardCharsets.US_ASCII);

    private final UpperContents contents;
    private final MergedView lower;
    private final List<UpperEntry> entries;
    private final Set<RawPath> leaveOut;
    private final List<RawPath> unchanged = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /**
     * @param entries in path order, the root first
     * @param leaveOut paths that the layer must not hold
     */
    UpperSelection(UpperContents contents, MergedView lower, List<UpperEntry> entries, Set<RawPath> leaveOut) {
        this.contents = contents;
        this.lower = lower;
        this.entries = entries;
        this.leaveOut = leaveOut;
    }

    /**
     * Marks what belongs to the layer as kept.
     *
     * @throws UserError if there is something that no layer can hold
     */
    void make() throws IOException, JbuildException {
        dropAttributesThatDontFit();
        decide();
        refuseWhiteoutNames();
    }

    /** What was copied up but is as it was. */
    List<RawPath> unchanged() {
        return unchanged;
    }

    /** What can't be kept in a layer, a sentence each. */
    List<String> warnings() {
        return warnings;
    }

    /** The entries of the layer. */
    List<UpperEntry> kept() {
        return entries.stream().filter(entry -> entry.kept).toList();
    }

    /** A PAX record ends the attribute's name at the first equals sign. */
    private void dropAttributesThatDontFit() {
        for (UpperEntry entry : entries) {
            entry.xattrs.keySet().removeIf(name -> {
                boolean unfit = name.indexOf('=') >= 0;
                if (unfit) {
                    warnings.add("the attribute " + name + " of " + entry.path
                            + " was left out, because a layer can't hold an equals sign in such a name");
                }
                return unfit;
            });
        }
    }

    private void decide() throws IOException, JbuildException {
        HardLinks links = new HardLinks();
        RawPath hider = null;
        for (UpperEntry entry : entries) {
            if (hider != null && !entry.path.startsWith(hider)) {
                hider = null;
            }
            LayerEntry below = hider != null
                    ? null
                    : lower.find(entry.path).map(MergedView.Found::entry).orElse(null);
            boolean same = below != null && isUnchanged(entry, below);
            entry.kept = below == null ? hasOwnMeaning(entry) : !same;
            if (entry.kind == UpperEntry.Kind.SOCKET) {
                warnings.add("the socket " + entry.path + " was left out, because a layer can't hold sockets");
            }
            if (leaveOut.contains(entry.path)) {
                entry.kept = false;
            } else if (entry.kind == UpperEntry.Kind.OTHER) {
                links.add(entry, same ? below : null);
            }
            if (entry.opaque) {
                hider = entry.path;
            }
        }
        links.decide();
        keepParents();
        noteUnchanged();
    }

    /** Whiteouts and sockets mean nothing where nothing is below. */
    private static boolean hasOwnMeaning(UpperEntry entry) {
        return entry.kind == UpperEntry.Kind.DIRECTORY || entry.kind == UpperEntry.Kind.OTHER;
    }

    private boolean isUnchanged(UpperEntry entry, LayerEntry below) throws IOException, JbuildException {
        return switch (entry.kind) {
            case WHITEOUT -> false;
            case SOCKET -> {
                entry.becomesWhiteout = true;
                yield false;
            }
            case DIRECTORY -> {
                entry.opaque = entry.parent != null
                        && entry.isMarkedOpaque()
                        && below.isDirectory()
                        && !lower.children(entry.path).isEmpty();
                yield !entry.opaque
                        && entry.hasAttributesOf(below)
                        && (entry.parent == null || !entry.wasGivenOtherTime(below));
            }
            default ->
                entry.hasAttributesOf(below)
                        && entry.hasTimeOf(below)
                        && (!entry.stat.isFile() || hasContentOf(entry, below));
        };
    }

    private boolean hasContentOf(UpperEntry entry, LayerEntry below) throws IOException, JbuildException {
        if (entry.stat.size() != below.size() || below.content().isEmpty()) {
            return false;
        }
        try (InputStream in = contents.open(entry)) {
            MessageDigest digest = Digest.newSha256();
            new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
            entry.content = Digest.of(digest.digest());
        }
        return below.content().get().equals(entry.content);
    }

    private void keepParents() {
        for (int i = entries.size() - 1; i > 0; i--) {
            UpperEntry parent = entries.get(i).parent;
            if (entries.get(i).kept && parent != null && parent.parent != null) {
                parent.kept = true;
            }
        }
    }

    private void noteUnchanged() {
        for (UpperEntry entry : entries) {
            if (!entry.kept && entry.kind == UpperEntry.Kind.OTHER && !leaveOut.contains(entry.path)) {
                unchanged.add(entry.path);
            }
        }
    }

    private void refuseWhiteoutNames() throws UserError {
        for (UpperEntry entry : entries) {
            byte[] name = entry.path.fileName().bytes();
            boolean clash = name.length >= WHITEOUT_PREFIX.length
                    && Arrays.equals(name, 0, WHITEOUT_PREFIX.length, WHITEOUT_PREFIX, 0, 4);
            if (entry.kept && clash) {
                throw new UserError(
                        "the step made " + entry.path
                                + ", but in a layer a name that begins with .wh. means that a file was removed",
                        "give the file another name, or remove it in the same step");
            }
        }
    }
}
