/**
 * Caches outside the store: directories, repositories of registries, and images, which results of steps are written to and
 * read from by other machines.
 *
 * <p>The result of a step is one small document of its own, an OCI manifest named by the step's content key ({@link
 * dev.jbuild.cache.remote.ResultRecord}): its annotations say when it was made and what the layer's digests are, and its
 * layers are the layer's tar, compressed, and the layer's index. A writer adds its records and never rewrites a list that
 * another one needs, so writers don't lose each other's work, and two caches are merged by copying one over the other.
 * In {@code mode=min} steps that aren't in the result have a record with an index but without files: enough for all that
 * reads keys and looks up files upon it, and so for finding what was copied from there.
 *
 * <p>Layers of base images have records, too ({@link dev.jbuild.cache.remote.BaseLayers}), with an index and without files, which
 * their registry has. So the keys of all steps upon a base are known on a machine that has nothing of it.
 *
 * <p>A directory is an OCI image layout. {@code records/<tag>/<digits of the key>} holds the digest of a record's
 * manifest, as a tag of a registry would; {@code index.json} has an index of the records for each tag, which is made of
 * them and needed by nobody but tools that copy layouts, and whoever asks for one export by its digest. A file appears
 * when it is whole; one that is found in use gets the present time. Resetting a cache drops the records of its tag that
 * are older than the beginning of the build, and the blobs that nothing refers to.
 *
 * <p>In a registry each record has the tag {@code <tag>-<digits of the key>}, and {@code <tag>} itself is an index of the
 * records of the last export. It says whether there is a cache at all, and names records by their digests; those that it
 * doesn't name are looked for by their tags. So two writers may overwrite each other's index, but not their records.
 *
 * <p>An image may carry the records of its own steps in its configuration ({@link
 * dev.jbuild.cache.remote.InlineRecords}); its layers are the files.
 *
 * <p>Invariants: nothing that is read is believed. Documents and indexes are verified against their digests, and a layer,
 * fetched when its files are needed ({@link dev.jbuild.cache.remote.ImportedResults}), must have the DiffID and the
 * content digest that its record promised. If it hasn't, the promise is broken: the build is solved again without it.
 */
@NullMarked
package dev.jbuild.cache.remote;

import org.jspecify.annotations.NullMarked;
