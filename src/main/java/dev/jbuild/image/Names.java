package dev.jbuild.image;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.store.ImageNames;
import dev.jbuild.store.ImageNames.NamedImage;
import dev.jbuild.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** How images of the store are called: by names, and by IDs where they have none. */
final class Names {
    private static final int SHORTEST_ID = 4;

    private final Store store;
    private final Documents documents;

    Names(Store store) {
        this.store = store;
        this.documents = new Documents(store.blobs());
    }

    static Optional<ImageReference> parse(String name) {
        try {
            return Optional.of(ImageReference.parse(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether this is the key of an image without a name. */
    static boolean isId(String name) {
        return ImageNames.isId(name);
    }

    /** Under which key a reference is kept. */
    static String key(ImageReference reference) {
        return reference.preferringDigest().toString();
    }

    Optional<NamedImage> find(String nameOrId) throws JbuildException {
        boolean wholeId = isId(nameOrId) || nameOrId.matches("[0-9a-f]{64}");
        Optional<ImageReference> reference = wholeId ? Optional.empty() : parse(nameOrId);
        if (reference.isPresent()) {
            Optional<NamedImage> named = store.names().find(key(reference.get()));
            if (named.isPresent()) {
                return named;
            }
        }
        return byId(nameOrId);
    }

    /**
     * Whether all that have a name and reach this document are of other repositories: then only the registry can say whether
     * it is in this one, too.
     */
    boolean areOfOthers(Digest document, ImageReference repository) throws JbuildException {
        boolean others = false;
        for (NamedImage entry : store.names().list()) {
            boolean reaches = entry.target().digest().equals(document)
                    || entry.reach().documents().contains(document);
            if (reaches) {
                Optional<ImageReference> name = isId(entry.name()) ? Optional.empty() : parse(entry.name());
                if (name.isEmpty() || name.get().name().equals(repository.name())) {
                    return false;
                }
                others = true;
            }
        }
        return others;
    }

    private Optional<NamedImage> byId(String text) throws JbuildException {
        String prefix = (text.startsWith("sha256:") ? text.substring(7) : text).toLowerCase(Locale.ROOT);
        if (prefix.length() < SHORTEST_ID || !prefix.matches("[0-9a-f]+")) {
            return Optional.empty();
        }
        Optional<Match> found = Optional.empty();
        for (NamedImage entry : store.names().list()) {
            Optional<Digest> id = id(entry.target());
            boolean matches = id.isPresent() && id.get().hex().startsWith(prefix);
            if (!matches && !entry.target().digest().hex().startsWith(prefix)) {
                continue;
            }
            Digest matched = id.orElse(entry.target().digest());
            if (found.isPresent() && !found.get().id().equals(matched)) {
                throw new UserError("the IDs of several images begin with " + text, "give more digits");
            }
            found = found.or(() -> Optional.of(new Match(entry, matched)));
        }
        return found.map(Match::entry);
    }

    private record Match(NamedImage entry, Digest id) {}

    /** The ID of the image (one of them) that a name points to. */
    private Optional<Digest> id(Descriptor target) throws JbuildException {
        return documents.anyImage(target).map(LocalImage::id);
    }

    /** Points a name to an image. An image that had only this name is kept under its ID, as docker does. */
    void set(ImageReference reference, Descriptor target) throws JbuildException {
        Optional<NamedImage> before = store.names().find(key(reference));
        if (before.isPresent() && before.get().target().digest().equals(target.digest())) {
            // More of an index's images may be here by now.
            store.names().set(key(reference), before.get().target());
            return;
        }
        store.names().set(key(reference), target);
        Optional<Digest> id = id(target);
        if (id.isPresent()) {
            store.names().remove(id.get().toString());
        }
        if (Documents.isIndex(target)) {
            store.names().remove(target.digest().toString());
        }
        if (before.isPresent()) {
            keepUnnamed(before.get().target());
        }
    }

    private void keepUnnamed(Descriptor target) throws JbuildException {
        Optional<Digest> id = id(target);
        if (id.isPresent()) {
            setUnnamed(id.get(), target);
        }
    }

    /** Keeps an image that nothing else keeps: by its ID; an index, whose images may be kept already, by its digest. */
    void setUnnamed(Digest id, Descriptor target) throws JbuildException {
        if (!Documents.isIndex(target)) {
            if (namesOf(id).isEmpty()) {
                store.names().set(id.toString(), target);
            }
        } else {
            Optional<NamedImage> kept = store.names().list().stream()
                    .filter(entry -> entry.target().digest().equals(target.digest()))
                    .findFirst();
            // More of its images may be here by now.
            store.names()
                    .set(
                            kept.map(NamedImage::name).orElse(target.digest().toString()),
                            kept.map(NamedImage::target).orElse(target));
        }
    }

    private List<NamedImage> namesOf(Digest id) throws JbuildException {
        List<NamedImage> found = new ArrayList<>();
        for (NamedImage entry : store.names().list()) {
            if (mayReach(entry, id) && id(entry.target()).equals(Optional.of(id))) {
                found.add(entry);
            }
        }
        return found;
    }

    /** A store has many images, and to ask this spares the reading of their documents. */
    private static boolean mayReach(NamedImage entry, Digest id) {
        Set<Digest> blobs = entry.reach().blobs();
        return blobs.isEmpty() || blobs.contains(id) || Documents.isIndex(entry.target());
    }

    Removed remove(String nameOrId, boolean force) throws JbuildException {
        Optional<ImageReference> reference = isId(nameOrId) ? Optional.empty() : parse(nameOrId);
        if (reference.isPresent()) {
            Optional<NamedImage> named = store.names().find(key(reference.get()));
            if (named.isPresent()) {
                Optional<Digest> id = id(named.get().target());
                boolean last = id.isEmpty() || namesOf(id.get()).size() == 1;
                requireUnused(nameOrId, named.get(), last, force);
                return remove(List.of(named.get()));
            }
        }
        NamedImage entry =
                byId(nameOrId).orElseThrow(() -> new UserError("no such image: " + nameOrId, "see: jbuild images"));
        Optional<Digest> id = id(entry.target());
        List<NamedImage> all = id.isPresent() ? namesOf(id.get()) : List.of(entry);
        if (all.size() > 1 && !force) {
            throw new UserError(
                    "image " + nameOrId + " has several names: "
                            + String.join(
                                    ", ", all.stream().map(Names::familiar).toList()),
                    "remove them one by one, or all with --force");
        }
        requireUnused(nameOrId, entry, true, force);
        return remove(all);
    }

    /** As docker has it: an image that a container needs loses its last name only if that is insisted on. */
    private void requireUnused(String nameOrId, NamedImage entry, boolean last, boolean force) throws JbuildException {
        if (force || !last) {
            return;
        }
        Optional<Digest> id = id(entry.target());
        for (NamedImage held : store.held().list()) {
            if (held.target().digest().equals(entry.target().digest())
                    || (id.isPresent() && id(held.target()).equals(id))) {
                throw new UserError(
                        "the image " + nameOrId + " is in use by the " + held.name(),
                        "remove that first, or only the name with --force: the container keeps what it needs");
            }
        }
    }

    private Removed remove(List<NamedImage> entries) throws JbuildException {
        List<String> untagged = new ArrayList<>();
        List<Digest> deleted = new ArrayList<>();
        for (NamedImage entry : entries) {
            Digest id = id(entry.target()).orElse(entry.target().digest());
            store.names().remove(entry.name());
            if (!isId(entry.name())) {
                untagged.add(familiar(entry));
            }
            if (namesOf(id).isEmpty()) {
                deleted.add(id);
            }
        }
        return new Removed(untagged, deleted);
    }

    private static String familiar(NamedImage entry) {
        return parse(entry.name()).map(ImageReference::familiar).orElse(entry.name());
    }

    /** The other repositories of a registry that images of the store are named after, with what those point to. */
    List<NamedImage> ofDomain(String domain) throws JbuildException {
        List<NamedImage> found = new ArrayList<>();
        for (NamedImage entry : store.names().list()) {
            if (entry.name().startsWith(domain + "/")) {
                found.add(entry);
            }
        }
        return found;
    }
}
