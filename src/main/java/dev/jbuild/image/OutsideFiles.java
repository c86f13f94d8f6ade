package dev.jbuild.image;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.store.BlobSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** The files of an archive or layout that stay where they are: nothing is copied to the store. */
abstract class OutsideFiles implements ArchivedFiles, BlobSource, AutoCloseable {
    private static final int LONGEST_DOCUMENT = 16 << 20;

    private final String place;
    private final Map<Digest, byte[]> made = new HashMap<>();
    /** Files that aren't called by their digests, as far as they were asked for. */
    private final Map<Digest, Member> unnamed = new HashMap<>();

    private final Map<String, Descriptor> digested = new HashMap<>();

    /** @param place what it is, for messages */
    OutsideFiles(String place) {
        this.place = place;
    }

    /** A file. */
    interface Member {
        long size();

        InputStream open() throws IOException;
    }

    /** The file with a name that is in its normal form. */
    abstract Optional<Member> member(String name) throws IOException, JbuildException;

    @Override
    public abstract void close();

    @Override
    public BlobSource blobs() {
        return this;
    }

    @Override
    public void put(byte[] document) {
        made.put(Digest.sha256(document), document.clone());
    }

    @Override
    public boolean hasLayer(Descriptor layer, DiffId diffId) {
        return has(layer.digest());
    }

    @Override
    public Optional<byte[]> document(String name) throws JbuildException {
        try {
            Optional<Member> member = member(name);
            return member.isEmpty() ? Optional.empty() : Optional.of(small(name, member.get()));
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    @Override
    public Optional<Descriptor> file(String name) throws JbuildException {
        String normal = ArchiveFiles.normal(name);
        try {
            Optional<Member> member = member(normal);
            if (member.isEmpty() || digested.containsKey(normal)) {
                return Optional.ofNullable(digested.get(normal));
            }
            Optional<Digest> said = ArchiveFiles.digest(normal);
            Digest digest = said.isPresent() ? said.get() : digest(member.get());
            unnamed.put(digest, member.get());
            Descriptor descriptor = new Descriptor("", digest, member.get().size());
            digested.put(normal, descriptor);
            return Optional.of(descriptor);
        } catch (IOException e) {
            throw unreadable(normal, e);
        }
    }

    private static Digest digest(Member member) throws IOException {
        MessageDigest sha256 = Digest.newSha256();
        try (InputStream in = new DigestInputStream(member.open(), sha256)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return Digest.of(sha256.digest());
    }

    private Optional<Member> blob(Digest digest) throws IOException, JbuildException {
        Member known = unnamed.get(digest);
        return known != null ? Optional.of(known) : member("blobs/" + digest.algorithm() + "/" + digest.hex());
    }

    @Override
    public boolean has(Digest digest) {
        return size(digest).isPresent();
    }

    @Override
    public Optional<Long> size(Digest digest) {
        byte[] document = made.get(digest);
        if (document != null) {
            return Optional.of((long) document.length);
        }
        try {
            return blob(digest).map(Member::size);
        } catch (IOException | JbuildException e) {
            return Optional.empty();
        }
    }

    @Override
    public InputStream open(Digest digest) throws JbuildException {
        byte[] document = made.get(digest);
        if (document != null) {
            return new ByteArrayInputStream(document);
        }
        try {
            Optional<Member> member = blob(digest);
            if (member.isPresent()) {
                return member.get().open();
            }
        } catch (IOException e) {
            throw unreadable(digest.toString(), e);
        }
        throw new UserError(place + " lacks the blob " + digest);
    }

    @Override
    public byte[] read(Digest digest) throws JbuildException {
        byte[] bytes;
        try (InputStream in = open(digest)) {
            bytes = in.readNBytes(LONGEST_DOCUMENT + 1);
        } catch (IOException e) {
            throw unreadable(digest.toString(), e);
        }
        if (bytes.length > LONGEST_DOCUMENT) {
            throw tooLarge(digest.toString());
        }
        if (!HexFormat.of().formatHex(digest.newMessageDigest().digest(bytes)).equals(digest.hex())) {
            throw new UserError("the blob " + digest + " of " + place + " is damaged: its bytes have another digest");
        }
        return bytes;
    }

    private byte[] small(String name, Member member) throws IOException, JbuildException {
        try (InputStream in = member.open()) {
            byte[] bytes = in.readNBytes(LONGEST_DOCUMENT + 1);
            if (bytes.length > LONGEST_DOCUMENT) {
                throw tooLarge(name);
            }
            return bytes;
        }
    }

    private UserError tooLarge(String what) {
        return new UserError(what + " of " + place + " is larger than 16 MiB, too large for a document");
    }

    private UserError unreadable(String what, IOException e) {
        return new UserError(what + " of " + place + " can't be read: " + e.getMessage(), e);
    }
}
