package dev.jbuild.image;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.BlobSource;
import java.util.Optional;

/** The files of an archive or layout of images, wherever they are kept. */
interface ArchivedFiles {
    /** A small document of the archive's root, such as {@code index.json}. */
    Optional<byte[]> document(String name) throws JbuildException;

    /** A file as a blob. */
    Optional<Descriptor> file(String name) throws JbuildException;

    /** Its files by digest. */
    BlobSource blobs();

    /** Adds a document that is made up from what the archive says, so that {@link #blobs} has it. */
    void put(byte[] document) throws JbuildException;

    /** Whether the layer's bytes can be had. */
    boolean hasLayer(Descriptor layer, DiffId diffId) throws JbuildException;
}
