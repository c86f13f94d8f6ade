package dev.jbuild.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.fs.Metadata;
import dev.jbuild.sys.DirectoryItem;
import dev.jbuild.sys.Errno;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.HostPaths;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.Stat;
import dev.jbuild.sys.SyscallException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;

/**
 * Does to a tree what the operations of the layer-diff vectors say. As a program: inside a mount namespace of its own, over
 * mounted overlays, for a whole batch of them.
 */
final class OverlayOps {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final Fd root;

    private OverlayOps(Path directory, Fd root) {
        this.directory = directory;
        this.root = root;
    }

    /** Reads {@code [{mount, ops}]}, writes {@code [{results, tree}]}. */
    public static void main(String[] args) throws Exception {
        ArrayNode answers = JSON.createArrayNode();
        for (JsonNode scenario : JSON.readTree(Path.of(args[0]).toFile())) {
            Path mount = Path.of(scenario.get("mount").textValue());
            ObjectNode answer = answers.addObject();
            ArrayNode results = answer.putArray("results");
            for (JsonNode op : scenario.get("ops")) {
                results.add(run(mount, op));
            }
            ObjectNode tree = answer.putObject("tree");
            try {
                TreeDump.withoutOpaque(TreeDump.ofDirectory(mount)).forEach(tree::put);
            } catch (IOException e) {
                // A name that leads nowhere, for one.
                tree.removeAll();
                tree.put("error", e.getMessage());
            }
        }
        JSON.writeValue(Path.of(args[1]).toFile(), answers);
    }

    /** The name of the error number, or {@code ok}. */
    static String run(Path directory, JsonNode op) throws Exception {
        try (Fd root = Linux.openDirectory(directory)) {
            new OverlayOps(directory, root).run(op);
            return "ok";
        } catch (SyscallException e) {
            return e.errno().name();
        }
    }

    static RawPath path(JsonNode name) {
        return RawPath.of(bytes(name));
    }

    static byte[] bytes(JsonNode value) {
        return value.isObject()
                ? Base64.getDecoder().decode(value.get("b64").textValue())
                : value.textValue().getBytes(StandardCharsets.UTF_8);
    }

    static int mode(JsonNode from, int otherwise) {
        return from.has("mode") ? Integer.parseInt(from.get("mode").textValue(), 8) : otherwise;
    }

    static void setTime(Fd root, RawPath path, String time) throws IOException {
        BigDecimal exact = new BigDecimal(time);
        BigDecimal seconds = exact.setScale(0, RoundingMode.FLOOR);
        int nanos = exact.subtract(seconds).movePointRight(9).intValueExact();
        Linux.utimensat(root, path, seconds.longValueExact(), nanos);
    }

    private void run(JsonNode op) throws Exception {
        RawPath path = path(op.get("path"));
        switch (op.get("op").textValue()) {
            case "write" -> write(path, op);
            case "append" ->
                writeAt(path, bytes(op.get("content")), Linux.lstat(root, path).size());
            case "write_at" ->
                writeAt(path, bytes(op.get("content")), op.get("offset").longValue());
            case "truncate" -> {
                try (Fd file = Linux.openat(root, path, Linux.O_WRONLY | Linux.O_CREAT, 0644)) {
                    Linux.ftruncate(file, op.get("size").longValue());
                }
            }
            case "mkdir" -> {
                Linux.mkdirat(root, path, 0755);
                Linux.fchmodat(root, path, mode(op, 0755));
            }
            case "rm" -> Linux.unlinkat(root, path);
            case "rmdir" -> Linux.rmdirat(root, path);
            case "rm_rf" -> removeTree(root, path);
            case "chmod" -> Linux.fchmodat(root, path, mode(op, 0));
            case "chown" ->
                Linux.fchownat(
                        root, path, op.get("uid").longValue(), op.get("gid").longValue());
            case "utime" -> setTime(root, path, op.get("mtime").textValue());
            case "symlink" -> Linux.symlinkat(bytes(op.get("target")), root, path);
            case "link" -> Linux.linkat(root, path(op.get("source")), root, path);
            case "rename" -> Linux.renameat2(root, path(op.get("source")), root, path, 0);
            case "mv" -> move(path(op.get("source")), path);
            case "mkfifo" -> node(path, Stat.FIFO, op, 0644);
            case "mknod" ->
                node(
                        path,
                        op.get("kind").textValue().equals("char") ? Stat.CHARACTER_DEVICE : Stat.BLOCK_DEVICE,
                        op,
                        0600);
            case "socket" -> {
                try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                    socket.bind(UnixDomainSocketAddress.of(HostPaths.resolve(directory, path)));
                }
            }
            case "setxattr" -> Linux.setxattr(root, path, op.get("name").textValue(), bytes(op.get("value")));
            case "removexattr" -> Linux.removexattr(root, path, op.get("name").textValue());
            case "set_acl" -> Linux.setxattr(root, path, "system.posix_acl_access", acl(op.get("acl")));
            case "read" -> {
                try (Fd file = Linux.openat(root, path, Linux.O_RDONLY, 0);
                        InputStream in = file.input()) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
            default -> throw new IllegalArgumentException("unknown operation " + op);
        }
    }

    private void write(RawPath path, JsonNode op) throws IOException {
        boolean isNew = false;
        try {
            Linux.lstat(root, path);
        } catch (SyscallException e) {
            isNew = true;
        }
        try (Fd file = Linux.openat(root, path, Linux.O_WRONLY | Linux.O_CREAT | Linux.O_TRUNC, 0600)) {
            byte[] content = bytes(op.get("content"));
            Linux.writeFully(file, content, 0, content.length);
            if (isNew) {
                Linux.fchmod(file, mode(op, 0644));
            }
        }
    }

    private void writeAt(RawPath path, byte[] content, long offset) throws IOException {
        try (Fd file = Linux.openat(root, path, Linux.O_WRONLY, 0)) {
            Linux.seek(file, offset);
            Linux.writeFully(file, content, 0, content.length);
        }
    }

    private void node(RawPath path, int type, JsonNode op, int mode) throws IOException {
        int major = op.path("major").asInt();
        int minor = op.path("minor").asInt();
        Linux.mknodat(root, path, type | 0600, major, minor);
        Linux.fchmodat(root, path, mode(op, mode));
    }

    private static void removeTree(Fd in, RawPath path) throws IOException {
        if (Linux.lstat(in, path).isDirectory()) {
            try (Fd directory = Linux.openDirectoryAt(in, path)) {
                for (DirectoryItem item : Linux.list(directory)) {
                    removeTree(directory, item.name());
                }
            }
            Linux.rmdirat(in, path);
        } else {
            Linux.unlinkat(in, path);
        }
    }

    private void move(RawPath from, RawPath to) throws IOException {
        try {
            Linux.renameat2(root, from, root, to, 0);
        } catch (SyscallException e) {
            if (!e.is(Errno.EXDEV)) {
                throw e;
            }
            copy(from, to);
            removeTree(root, from);
        }
    }

    private void copy(RawPath from, RawPath to) throws IOException {
        Metadata metadata = Metadata.read(root, from);
        switch (metadata.kind()) {
            case DIRECTORY -> {
                Linux.mkdirat(root, to, 0755);
                try (Fd directory = Linux.openDirectoryAt(root, from)) {
                    for (DirectoryItem item : Linux.list(directory)) {
                        copy(from.resolve(item.name()), to.resolve(item.name()));
                    }
                }
            }
            case FILE -> {
                try (Fd in = Linux.openat(root, from, Linux.O_RDONLY, 0);
                        Fd out = Linux.openat(root, to, Linux.O_WRONLY | Linux.O_CREAT, 0600);
                        InputStream content = in.input()) {
                    content.transferTo(out.output());
                }
            }
            case SYMLINK -> Linux.symlinkat(metadata.linkTarget().getBytes(StandardCharsets.ISO_8859_1), root, to);
            default -> throw new IllegalArgumentException("no move of a " + metadata.kind());
        }
        Linux.fchownat(root, to, metadata.uid(), metadata.gid());
        if (metadata.kind() != Metadata.Kind.SYMLINK) {
            Linux.fchmodat(root, to, metadata.mode());
        }
        for (Map.Entry<String, String> xattr : metadata.xattrs().entrySet()) {
            if (LayerXattrs.ofThisProcess().holds(xattr.getKey())) {
                Linux.setxattr(root, to, xattr.getKey(), xattr.getValue().getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        Linux.utimensat(root, to, metadata.mtimeSeconds(), metadata.mtimeNanos());
    }

    private static byte[] acl(JsonNode entries) {
        Map<String, Integer> tags = Map.of("u", 1, "user", 2, "g", 4, "group", 8, "mask", 16, "o", 32);
        ByteBuffer acl = ByteBuffer.allocate(4 + 8 * entries.size()).order(ByteOrder.LITTLE_ENDIAN);
        acl.putInt(2);
        for (JsonNode entry : entries) {
            acl.putShort(tags.getOrDefault(entry.get(0).textValue(), 0).shortValue());
            acl.putShort(entry.get(1).shortValue());
            acl.putInt(entry.get(2).isNull() ? -1 : entry.get(2).intValue());
        }
        return acl.array();
    }
}
