package dev.jbuild.layer;

import dev.jbuild.oci.Digest;
import dev.jbuild.sys.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Entries to test with: by hand and at random. */
final class LayerEntries {
    private LayerEntries() {}

    static RawPath latin1(String path) {
        return RawPath.of(path.getBytes(StandardCharsets.ISO_8859_1));
    }

    static LayerEntry file(String path, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        return plain(path, EntryType.FILE, 0644, bytes.length, "", Optional.of(Digest.sha256(bytes)), Optional.empty());
    }

    static LayerEntry directory(String path) {
        return plain(path, EntryType.DIRECTORY, 0755, 0, "", Optional.empty(), Optional.empty());
    }

    static LayerEntry symlink(String path, String target) {
        return plain(path, EntryType.SYMLINK, 0777, 0, target, Optional.empty(), Optional.empty());
    }

    static LayerEntry hardLink(String path, LayerEntry first) {
        return plain(path, EntryType.FILE, first.mode(), first.size(), "", first.content(), Optional.of(first.path()));
    }

    private static LayerEntry plain(
            String path,
            EntryType type,
            int mode,
            long size,
            String target,
            Optional<Digest> content,
            Optional<RawPath> link) {
        return new LayerEntry(
                latin1(path),
                type,
                mode,
                0,
                0,
                size,
                1_600_000_000,
                target,
                0,
                0,
                new TreeMap<>(),
                content,
                link,
                false);
    }

    /** The content that a random file of this entry has: its path repeated. */
    static byte[] contentOf(RawPath path, long size) {
        byte[] content = new byte[(int) size];
        byte[] seed = path.bytes();
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (seed[i % seed.length] + i);
        }
        return content;
    }

    /** Random layers, without hard links. */
    static Arbitrary<LayerIndex> layers() {
        return entry().list().ofMaxSize(12).uniqueElements(LayerEntry::path).map(LayerIndex::of);
    }

    private static Arbitrary<LayerEntry> entry() {
        Arbitrary<Long> ids = Arbitraries.oneOf(
                Arbitraries.longs().between(0, 70000), Arbitraries.longs().between(2_000_000, 0xffff_fffeL));
        Arbitrary<Long> times = Arbitraries.oneOf(
                Arbitraries.longs().between(0, 4_000_000_000L),
                Arbitraries.longs().between(-100_000, 10_000_000_000L));
        return Combinators.combine(
                        path(),
                        Arbitraries.of(EntryType.class),
                        Arbitraries.integers().between(0, 07777),
                        ids,
                        ids,
                        Arbitraries.longs().between(0, 2000),
                        times,
                        xattrs())
                .as(LayerEntries::random);
    }

    private static LayerEntry random(
            RawPath path,
            EntryType type,
            int mode,
            long uid,
            long gid,
            long size,
            long mtime,
            NavigableMap<String, String> xattrs) {
        if (type == EntryType.WHITEOUT) {
            return LayerEntry.whiteout(path);
        }
        boolean file = type == EntryType.FILE;
        boolean device = type == EntryType.CHARACTER_DEVICE || type == EntryType.BLOCK_DEVICE;
        long length = file ? size : 0;
        return new LayerEntry(
                path,
                type,
                mode,
                uid,
                gid,
                length,
                mtime,
                type == EntryType.SYMLINK
                        ? "to\u00ff/" + path.fileName().segments().size()
                        : "",
                device ? 4095 : 0,
                device ? (int) size : 0,
                xattrs,
                file ? Optional.of(Digest.sha256(contentOf(path, length))) : Optional.empty(),
                Optional.empty(),
                type == EntryType.DIRECTORY && size % 2 == 0);
    }

    private static Arbitrary<RawPath> path() {
        Arbitrary<String> segment = Arbitraries.oneOf(
                Arbitraries.strings().withCharRange('a', 'd').ofMinLength(1).ofMaxLength(3),
                Arbitraries.strings()
                        .withCharRange('\u0001', '\u00ff')
                        .ofMinLength(1)
                        .ofMaxLength(9),
                Arbitraries.strings().withCharRange('a', 'b').ofMinLength(90).ofMaxLength(255));
        return segment.map(LayerEntries::safe).list().ofMinSize(1).ofMaxSize(4).map(segments -> {
            List<String> parts = new ArrayList<>(segments);
            return latin1(String.join("/", parts));
        });
    }

    private static String safe(String segment) {
        String name = segment.replace('/', '_');
        return name.startsWith(".") ? "_" + name : name;
    }

    private static Arbitrary<NavigableMap<String, String>> xattrs() {
        Arbitrary<String> name = Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars('=', '.', '+', '%', '\u00e9')
                .ofMinLength(1)
                .ofMaxLength(8);
        Arbitrary<String> value = Arbitraries.strings()
                .withCharRange('\u0000', '\u00ff')
                .ofMinLength(1)
                .ofMaxLength(300);
        return Arbitraries.maps(name.map(text -> "user." + text), value)
                .ofMaxSize(2)
                .map(TreeMap::new);
    }
}
