package dev.jbuild.snapshot;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.oci.Digest;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** A tree as text: path to what is there. Paths are one char a byte. Times of directories are left out. */
final class TreeDump {
    private static final long TOO_BIG_TO_READ = 1L << 30;

    private TreeDump() {}

    /** What a directory of this machine has beneath it, without sockets. */
    static NavigableMap<String, String> ofDirectory(Path directory) throws IOException {
        NavigableMap<String, String> dump = new TreeMap<>();
        try (Fd root = Linux.openDirectory(directory)) {
            for (UpperEntry entry : UpperTree.list(directory)) {
                if (entry.kind == UpperEntry.Kind.SOCKET) {
                    continue;
                }
                entry.xattrs.keySet().removeIf(name -> name.indexOf('=') >= 0);
                entry.opaque = entry.isMarkedOpaque();
                if (entry.stat.isFile() && entry.stat.size() < TOO_BIG_TO_READ) {
                    entry.content = digest(root, entry.path);
                }
                LayerEntry as = entry.toLayerEntry();
                dump.put(key(as.path()), line(as));
            }
        }
        return dump;
    }

    private static Digest digest(Fd root, RawPath path) throws IOException {
        MessageDigest sha256 = Digest.newSha256();
        try (Fd file = Linux.openat(root, path, Linux.O_RDONLY, 0);
                InputStream in = new DigestInputStream(file.input(), sha256)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return Digest.of(sha256.digest());
    }

    /** What the view shows. */
    static NavigableMap<String, String> ofView(MergedView view) {
        NavigableMap<String, String> dump = new TreeMap<>();
        view.find(RawPath.ROOT).ifPresent(root -> dump.put("", line(root.entry())));
        for (MergedView.Found found : view.beneath(RawPath.ROOT)) {
            dump.put(key(found.entry().path()), line(found.entry()));
        }
        return withoutOpaque(dump);
    }

    static NavigableMap<String, String> ofEntries(Iterable<LayerEntry> entries) {
        NavigableMap<String, String> dump = new TreeMap<>();
        entries.forEach(entry -> dump.put(key(entry.path()), line(entry)));
        return dump;
    }

    /** A tree shows no marks. */
    static NavigableMap<String, String> withoutOpaque(Map<String, String> dump) {
        NavigableMap<String, String> without = new TreeMap<>(dump);
        without.replaceAll((path, line) -> line.replace(" opaque", ""));
        return without;
    }

    static String key(RawPath path) {
        return new String(path.bytes(), StandardCharsets.ISO_8859_1);
    }

    private static String line(LayerEntry entry) {
        if (entry.type() == EntryType.WHITEOUT) {
            return "WHITEOUT";
        }
        Optional<Digest> content = entry.size() < TOO_BIG_TO_READ ? entry.content() : Optional.empty();
        return entry.type()
                + " " + Integer.toOctalString(entry.mode())
                + " " + entry.uid() + ":" + entry.gid()
                + " " + entry.size()
                + (entry.isDirectory() ? "" : " @" + entry.mtimeSeconds())
                + " " + entry.linkTarget()
                + " " + entry.deviceMajor() + "/" + entry.deviceMinor()
                + " " + entry.xattrs()
                + " " + content.map(Digest::toString).orElse("")
                + (entry.opaque() ? " opaque" : "");
    }
}
