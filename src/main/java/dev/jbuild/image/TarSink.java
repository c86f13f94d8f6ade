package dev.jbuild.image;

import dev.jbuild.problem.JbuildException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A tar without times, owners and anything else that changes from one run to the next. */
final class TarSink implements Sink {
    private final OutputStream buffered;
    private final TarArchiveOutputStream tar;

    TarSink(OutputStream out) {
        buffered = new BufferedOutputStream(out, 128 * 1024);
        tar = new TarArchiveOutputStream(buffered, 512, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    @Override
    public void directory(String name) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name + "/");
        put(entry, 0755);
        tar.closeArchiveEntry();
    }

    @Override
    public void file(String name, long size, LayerBlobs.Writing content) throws IOException, JbuildException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        put(entry, 0644);
        content.to(tar);
        tar.closeArchiveEntry();
    }

    private void put(TarArchiveEntry entry, int mode) throws IOException {
        entry.setModTime(0L);
        entry.setMode(mode);
        entry.setIds(0, 0);
        entry.setNames("", "");
        tar.putArchiveEntry(entry);
    }

    @Override
    public void finish() throws IOException {
        tar.finish();
        // The tar stream keeps flushes to itself.
        buffered.flush();
    }

    /** The stream below belongs to the caller. */
    @Override
    public void close() {}
}
