package dev.jbuild.sandbox;

import dev.jbuild.sys.HostPaths;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The operations that {@code jbuild-sandbox} carries out: NUL-terminated words, the first of each naming it. */
final class OpList {
    private final ByteArrayOutputStream words = new ByteArrayOutputStream(4096);

    OpList op(String name, Object... arguments) {
        add(name.getBytes(StandardCharsets.UTF_8));
        for (Object argument : arguments) {
            add(argument instanceof Path path ? HostPaths.bytes(path) : bytes(argument));
        }
        return this;
    }

    private static byte[] bytes(Object argument) {
        return argument.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void add(byte[] word) {
        for (byte b : word) {
            if (b == 0) {
                throw new IllegalArgumentException("a word with a NUL: " + new String(word, StandardCharsets.UTF_8));
            }
        }
        words.writeBytes(word);
        words.write(0);
    }

    /** The list so far. */
    byte[] bytes() {
        return words.toByteArray();
    }

    /** The list, with the operation that marks its end. */
    byte[] end() {
        op("end");
        return words.toByteArray();
    }
}
