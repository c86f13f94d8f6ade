package dev.jbuild.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** Makes the tars that the layer-apply vectors describe, odd ones too. */
final class VectorTar {
    private static final int BLOCK = 512;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final String victim;

    private VectorTar(String victim) {
        this.victim = victim;
    }

    static byte[] of(JsonNode vector, JsonNode layer, String victim) {
        VectorTar tar = new VectorTar(victim);
        layer.forEach(tar::add);
        tar.out.writeBytes(new byte[vector.path("trailer_bytes").asInt(2 * BLOCK)]);
        if (vector.has("garbage_after_trailer")) {
            tar.out.writeBytes("garbage after the end".getBytes(StandardCharsets.US_ASCII));
        }
        return tar.out.toByteArray();
    }

    private byte[] text(JsonNode value) {
        return value.isTextual()
                ? value.textValue().replace("{VICTIM}", victim).getBytes(StandardCharsets.UTF_8)
                : OverlayOps.bytes(value);
    }

    private void add(JsonNode entry) {
        String type = entry.get("type").textValue();
        String format = entry.path("format").asText("pax");
        byte[] name = text(entry.get("name"));
        byte[] link = entry.has("linkname") ? text(entry.get("linkname")) : new byte[0];
        byte[] content = entry.has("content") ? text(entry.get("content")) : new byte[0];
        if (type.equals("gnusparse")) {
            content = text(entry.get("segment"));
        }
        ByteArrayOutputStream pax = new ByteArrayOutputStream();
        if (type.equals("pax_global")) {
            entry.get("pax").properties().forEach(field -> record(field.getKey(), text(field.getValue()), pax));
            block("g", "GlobalHead", pax.toByteArray());
            return;
        }
        if (format.equals("gnu")) {
            gnuLong("L", name);
            gnuLong("K", link);
        } else if (format.equals("pax")) {
            records(entry, name, link, pax);
            if (pax.size() > 0) {
                block("x", "PaxHeaders.0/x", pax.toByteArray());
            }
        }
        byte[] header = header(
                entry, typeflag(type), name, link, entry.path("declared_size").asLong(content.length));
        if (type.equals("gnusparse")) {
            number(header, 386, 12, entry.get("offset").longValue());
            number(header, 398, 12, content.length);
            number(header, 483, 12, entry.get("realsize").longValue());
        }
        checksum(header);
        if (entry.has("bad_checksum")) {
            header[150] ^= 1;
        }
        out.writeBytes(header);
        body(content);
    }

    private static void records(JsonNode entry, byte[] name, byte[] link, ByteArrayOutputStream pax) {
        if (name.length > 100) {
            record("path", name, pax);
        }
        if (link.length > 100) {
            record("linkpath", link, pax);
        }
        String time = entry.path("mtime").asText("0");
        if (time.contains(".") || time.startsWith("-")) {
            record("mtime", time.getBytes(StandardCharsets.US_ASCII), pax);
        }
        for (String id : new String[] {"uid", "gid"}) {
            if (entry.path(id).asLong() > 07777777) {
                record(id, entry.get(id).asText().getBytes(StandardCharsets.US_ASCII), pax);
            }
        }
        entry.path("xattrs")
                .properties()
                .forEach(xattr -> record("SCHILY.xattr." + xattr.getKey(), OverlayOps.bytes(xattr.getValue()), pax));
        entry.path("pax")
                .properties()
                .forEach(field -> record(field.getKey(), OverlayOps.bytes(field.getValue()), pax));
        if (entry.has("pax_raw")) {
            pax.writeBytes(Base64.getDecoder().decode(entry.get("pax_raw").textValue()));
        }
    }

    private static void record(String key, byte[] value, ByteArrayOutputStream pax) {
        int rest = key.getBytes(StandardCharsets.UTF_8).length + value.length + 3;
        int length = rest + Integer.toString(rest).length();
        length = rest + Integer.toString(length).length();
        pax.writeBytes((length + " " + key + "=").getBytes(StandardCharsets.UTF_8));
        pax.writeBytes(value);
        pax.write('\n');
    }

    private static byte typeflag(String type) {
        return (byte)
                switch (type) {
                    case "file" -> '0';
                    case "hardlink" -> '1';
                    case "symlink" -> '2';
                    case "chardev" -> '3';
                    case "blockdev" -> '4';
                    case "dir" -> '5';
                    case "fifo" -> '6';
                    case "contiguous" -> '7';
                    case "gnusparse" -> 'S';
                    case "unknown_Z" -> 'Z';
                    case "oldfile" -> 0;
                    default -> throw new IllegalArgumentException(type);
                };
    }

    private static byte[] header(JsonNode entry, byte typeflag, byte[] name, byte[] link, long size) {
        String format = entry.path("format").asText("pax");
        byte[] header = new byte[BLOCK];
        put(header, 0, 100, splitName(format, name, header));
        int mode = typeflag == '5' ? 0755 : typeflag == '2' ? 0777 : 0644;
        number(header, 100, 8, OverlayOps.mode(entry, mode));
        number(header, 108, 8, entry.path("uid").asLong());
        number(header, 116, 8, entry.path("gid").asLong());
        number(header, 124, 12, size);
        String time = entry.path("mtime").asText("1600000000");
        number(header, 136, 12, Math.max(0, new BigDecimal(time).longValue()));
        header[156] = typeflag;
        put(header, 157, 100, link);
        if (!format.equals("v7")) {
            put(
                    header,
                    257,
                    8,
                    (format.equals("gnu") ? "ustar  \0" : "ustar\00000").getBytes(StandardCharsets.US_ASCII));
            put(header, 265, 32, entry.path("uname").asText("").getBytes(StandardCharsets.UTF_8));
            put(header, 297, 32, entry.path("gname").asText("").getBytes(StandardCharsets.UTF_8));
            number(header, 329, 8, entry.path("major").asLong());
            number(header, 337, 8, entry.path("minor").asLong());
        }
        return header;
    }

    private static byte[] splitName(String format, byte[] name, byte[] header) {
        if (!format.equals("ustar") || name.length <= 100) {
            return name;
        }
        int slash = name.length - 101;
        while (name[slash] != '/') {
            slash++;
        }
        put(header, 345, 155, Arrays.copyOf(name, slash));
        return Arrays.copyOfRange(name, slash + 1, name.length);
    }

    private static void put(byte[] header, int at, int room, byte[] value) {
        System.arraycopy(value, 0, header, at, Math.min(room, value.length));
    }

    private static void number(byte[] header, int at, int room, long value) {
        String octal = Long.toOctalString(value);
        if (octal.length() < room) {
            put(header, at, room, ("0".repeat(room - 1 - octal.length()) + octal).getBytes(StandardCharsets.US_ASCII));
            return;
        }
        for (int i = room - 1; i >= 0; i--) {
            int shift = 8 * (room - 1 - i);
            header[at + i] = shift < 64 ? (byte) (value >>> shift) : 0;
        }
        header[at] |= (byte) 0x80;
    }

    private static void checksum(byte[] header) {
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, 8, String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII));
    }

    private void gnuLong(String type, byte[] value) {
        if (value.length > 100) {
            block(type, "././@LongLink", Arrays.copyOf(value, value.length + 1));
        }
    }

    private void block(String type, String name, byte[] content) {
        byte[] header = new byte[BLOCK];
        put(header, 0, 100, name.getBytes(StandardCharsets.US_ASCII));
        number(header, 100, 8, 0644);
        number(header, 108, 8, 0);
        number(header, 116, 8, 0);
        number(header, 124, 12, content.length);
        number(header, 136, 12, 0);
        header[156] = (byte) type.charAt(0);
        put(header, 257, 8, "ustar\00000".getBytes(StandardCharsets.US_ASCII));
        checksum(header);
        out.writeBytes(header);
        body(content);
    }

    private void body(byte[] content) {
        out.writeBytes(content);
        out.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }
}
