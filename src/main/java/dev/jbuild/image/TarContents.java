package dev.jbuild.image;

import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerTarReader;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Contents from one pass through a layer's tar. Most tars have their files in the order in which they are wanted, so that the
 * content is read where it stands; what comes too early, or is wanted more than once, is kept in a temporary file meanwhile.
 */
final class TarContents implements OrderedContents {
    private static final int BUFFER = 64 * 1024;

    private final TarLayer layer;
    private final InputStream in;
    /** How often what begins at an offset is still wanted. */
    private final NavigableMap<Long, Integer> wanted = new TreeMap<>();

    private final Map<Long, Kept> kept = new HashMap<>();
    private @Nullable FileChannel spool;
    private long spooled;
    /** Where in the tar the next entry to be looked at can begin. */
    private long position;

    private @Nullable LayerTarReader open;
    private long openedAt;

    /** A content in the temporary file. */
    private record Kept(long start, long length) {}

    TarContents(TarLayer layer, Collection<LayerEntry> files) throws IOException, JbuildException {
        this.layer = layer;
        this.in = new BufferedInputStream(layer.opening().open(), BUFFER);
        for (LayerEntry file : files) {
            wanted.merge(offset(file), 1, Integer::sum);
        }
    }

    private long offset(LayerEntry file) {
        return layer.tar().offset(file).orElseThrow();
    }

    @Override
    public InputStream open(LayerEntry file) throws IOException, JbuildException {
        long offset = offset(file);
        finishOpen();
        int left = wanted.merge(offset, -1, Integer::sum);
        Kept known = kept.get(offset);
        while (known == null) {
            Map.Entry<Long, Integer> next = wanted.ceilingEntry(position);
            if (next == null || next.getKey() > offset) {
                throw new IllegalStateException(file.path() + " was not announced");
            }
            LayerTarReader reader = seek(next.getKey());
            if (next.getKey() == offset && left == 0) {
                return reader.content();
            }
            kept.put(next.getKey(), keep(reader.content()));
            finishOpen();
            known = kept.get(offset);
        }
        return read(known);
    }

    private LayerTarReader seek(long offset) throws IOException, JbuildException {
        in.skipNBytes(offset - position);
        LayerTarReader reader = new LayerTarReader(in);
        if (reader.next().isEmpty()) {
            throw new StoreCorrupted("layer " + layer.diffId() + " isn't what it was when it was indexed");
        }
        open = reader;
        openedAt = offset;
        position = offset;
        return reader;
    }

    /** Reads to the end of the content that was given last. */
    private void finishOpen() throws IOException {
        LayerTarReader reader = open;
        if (reader != null) {
            reader.content().transferTo(OutputStream.nullOutputStream());
            position = openedAt + reader.position();
            open = null;
        }
    }

    private Kept keep(InputStream content) throws IOException {
        FileChannel file = spool;
        if (file == null) {
            Path temporary = Files.createTempFile("jbuild-contents", "");
            try {
                // Without a name from here on, so that it goes however this process ends.
                file = FileChannel.open(
                        temporary,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE);
            } finally {
                Files.deleteIfExists(temporary);
            }
            spool = file;
        }
        file.position(spooled);
        long length = content.transferTo(Channels.newOutputStream(file));
        spooled += length;
        return new Kept(spooled - length, length);
    }

    private InputStream read(Kept content) {
        FileChannel file = Objects.requireNonNull(spool);
        return new InputStream() {
            private long at;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int most = (int) Math.min(length, content.length() - at);
                if (most <= 0) {
                    return length == 0 ? 0 : -1;
                }
                int read = file.read(ByteBuffer.wrap(bytes, offset, most), content.start() + at);
                at += Math.max(read, 0);
                return read;
            }
        };
    }

    @Override
    public void close() throws IOException {
        FileChannel file = spool;
        try {
            in.close();
        } finally {
            if (file != null) {
                file.close();
            }
        }
    }
}
