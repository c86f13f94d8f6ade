package dev.jbuild.image;

import dev.jbuild.layer.Compression;
import dev.jbuild.layer.LayerTarReader;
import dev.jbuild.layer.TarEntry;
import dev.jbuild.problem.UserError;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** An archive of images as a tar, read where it is; what is compressed is first unpacked to a temporary file. */
final class OutsideArchive extends OutsideFiles {
    /** No tool writes nearly as many. */
    private static final int MOST_MEMBERS = 100_000;

    private final FileChannel channel;
    private final Map<String, Member> members = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();

    private OutsideArchive(String place, FileChannel channel) {
        super(place);
        this.channel = channel;
    }

    /** Opens an archive file of any compression. */
    static OutsideArchive open(Path file) throws UserError {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            byte[] start = in.readNBytes(Compression.MAGIC_LENGTH);
            boolean plain = Compression.detect(start, start.length) == Compression.NONE && Files.isRegularFile(file);
            if (plain) {
                return read(file.toString(), FileChannel.open(file, StandardOpenOption.READ));
            }
        } catch (IOException e) {
            throw unreadable(file.toString(), e);
        }
        try (InputStream in = Files.newInputStream(file)) {
            return spool(file.toString(), in);
        } catch (IOException e) {
            throw unreadable(file.toString(), e);
        }
    }

    /** Opens an archive that can be read only once. */
    static OutsideArchive spool(String place, InputStream archive) throws UserError {
        try {
            Path temporary = Files.createTempFile("jbuild-archive", ".tar");
            try (InputStream tar = Compression.decompress(archive)) {
                Files.copy(tar, temporary, StandardCopyOption.REPLACE_EXISTING);
                // Without a name from here on, so that it goes however this process ends.
                return read(
                        place,
                        FileChannel.open(temporary, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE));
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw unreadable(place, e);
        }
    }

    private static UserError unreadable(String place, IOException e) {
        return new UserError(place + " can't be read as an archive of images: " + e.getMessage(), e);
    }

    private static OutsideArchive read(String place, FileChannel channel) throws IOException, UserError {
        OutsideArchive archive = new OutsideArchive(place, channel);
        try {
            archive.readMembers(place);
            return archive;
        } catch (IOException | UserError e) {
            archive.close();
            throw e;
        }
    }

    private void readMembers(String place) throws IOException, UserError {
        LayerTarReader reader = new LayerTarReader(new ChannelInput(channel, 0));
        for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
            TarEntry entry = next.get();
            String name = ArchiveFiles.normal(utf8(entry.rawName()));
            String link = utf8(entry.rawLinkName());
            switch (entry.kind()) {
                case FILE -> members.put(name, new TarMember(channel, reader.entryOffset(), entry.size()));
                case SYMLINK -> links.put(name, ArchiveFiles.normal(ArchiveFiles.parent(name) + link));
                case HARD_LINK -> links.put(name, ArchiveFiles.normal(link));
                default -> {
                    // Nothing that an image is made of.
                }
            }
            if (members.size() + links.size() > MOST_MEMBERS) {
                throw new UserError(place + " has more than " + MOST_MEMBERS + " files, too many for images");
            }
        }
        if (members.isEmpty()) {
            throw new UserError(place + " isn't an archive of images: it is empty, or no tar at all");
        }
    }

    private static String utf8(String latin1) {
        return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    @Override
    Optional<Member> member(String name) {
        String path = name;
        for (int i = 0; i < ArchiveFiles.MOST_LINKS && links.containsKey(path); i++) {
            path = links.get(path);
        }
        return Optional.ofNullable(members.get(path));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It was only read.
        }
    }

    private record TarMember(FileChannel channel, long offset, long size) implements Member {
        @Override
        public InputStream open() throws IOException {
            LayerTarReader reader = new LayerTarReader(new ChannelInput(channel, offset));
            if (reader.next().isEmpty()) {
                throw new IOException("the archive has changed while it was read");
            }
            return reader.content();
        }
    }
}
