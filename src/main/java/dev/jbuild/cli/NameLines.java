package dev.jbuild.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Lines with file names in them, which come from strangers: on a terminal, what could move its cursor or hide text is escaped
 * as {@code ls -b} does; anywhere else a name is the bytes that it is.
 */
final class NameLines {
    private final PrintStream out;
    private final boolean terminal;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    NameLines(Console console) {
        this(console.out(), console.outputIsTerminal());
    }

    NameLines(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    NameLines text(String text) {
        line.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    NameLines name(byte[] name) {
        line.writeBytes(terminal ? escaped(name).getBytes(StandardCharsets.UTF_8) : name);
        return this;
    }

    /** Ends the line, with a newline or whatever else. */
    void end(char terminator) {
        line.write(terminator);
        out.write(line.toByteArray(), 0, line.size());
        line.reset();
    }

    void end() {
        end('\n');
    }

    /** A name as text that is harmless and can be told from all others. */
    static String escaped(byte[] name) {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < name.length) {
            int length = Math.min(sequence(name[at]), name.length - at);
            int c = decode(name, at, length);
            if (c < 0) {
                octal(text, name[at]);
                at++;
            } else {
                escape(text, c, name, at, length);
                at += length;
            }
        }
        return text.toString();
    }

    /** How long a character is that begins with this byte. */
    private static int sequence(byte first) {
        int b = first & 0xff;
        return b < 0x80 ? 1 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
    }

    private static int decode(byte[] bytes, int at, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, at, length))
                    .toString()
                    .codePointAt(0);
        } catch (CharacterCodingException e) {
            return -1;
        }
    }

    private static void escape(StringBuilder text, int c, byte[] bytes, int at, int length) {
        switch (c) {
            case '\\' -> text.append("\\\\");
            case '\n' -> text.append("\\n");
            case '\t' -> text.append("\\t");
            case '\r' -> text.append("\\r");
            default -> {
                if (isHarmless(c)) {
                    text.appendCodePoint(c);
                    return;
                }
                for (int i = at; i < at + length; i++) {
                    octal(text, bytes[i]);
                }
            }
        }
    }

    /** Marks of direction turn the text around, others can't be seen. */
    private static boolean isHarmless(int c) {
        int type = Character.getType(c);
        return !Character.isISOControl(c)
                && type != Character.FORMAT
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && type != Character.SURROGATE;
    }

    private static void octal(StringBuilder text, byte b) {
        text.append(String.format(Locale.ROOT, "\\%03o", b & 0xff));
    }
}
