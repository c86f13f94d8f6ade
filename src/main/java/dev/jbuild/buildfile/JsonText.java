package dev.jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The little of JSON that the language needs: the exec form and a JSON object's member.
 *
 * <p>Strict, as a lenient reader would take shell text such as {@code [ -f x ]} for an array. Nested values are checked
 * without recursion, so that no input is too deep.
 */
final class JsonText {
    private final String text;
    private int position;

    private JsonText(String text) {
        this.text = text;
    }

    /** An array: its strings, and whether there was anything else in it. */
    record Array(List<String> strings, boolean onlyStrings) {}

    /** Reads an array that takes the whole text; absent when the text is not one. */
    static Optional<Array> array(String text) {
        JsonText json = new JsonText(text);
        try {
            Array array = json.array();
            json.end();
            return Optional.of(array);
        } catch (NotJson e) {
            return Optional.empty();
        }
    }

    /** The string that an object has for a key; absent when the text is no object or the member no string. */
    static Optional<String> member(String text, String key) {
        JsonText json = new JsonText(text);
        try {
            Optional<String> value = json.object(key);
            json.end();
            return value;
        } catch (NotJson e) {
            return Optional.empty();
        }
    }

    private Array array() throws NotJson {
        List<String> strings = new ArrayList<>();
        boolean onlyStrings = true;
        expect('[');
        if (!accept(']')) {
            do {
                @Nullable String value = value();
                onlyStrings &= value != null;
                if (value != null) {
                    strings.add(value);
                }
            } while (accept(','));
            expect(']');
        }
        return new Array(strings, onlyStrings);
    }

    private Optional<String> object(String key) throws NotJson {
        @Nullable String found = null;
        expect('{');
        if (!accept('}')) {
            do {
                String name = name();
                @Nullable String value = value();
                found = name.equals(key) ? value : found;
            } while (accept(','));
            expect('}');
        }
        return Optional.ofNullable(found);
    }

    private String name() throws NotJson {
        blanks();
        String name = string();
        expect(':');
        return name;
    }

    /** One value: a string, or null for anything else. */
    private @Nullable String value() throws NotJson {
        blanks();
        if (peek() == '"') {
            return string();
        }
        StringBuilder open = new StringBuilder();
        do {
            blanks();
            if (accept('[')) {
                if (!accept(']')) {
                    open.append(']');
                    continue;
                }
            } else if (accept('{')) {
                if (!accept('}')) {
                    name();
                    open.append('}');
                    continue;
                }
            } else {
                scalar();
            }
            close(open);
        } while (open.length() > 0);
        return null;
    }

    /** After a value: the comma before the next one, or the ends of what is open. */
    private void close(StringBuilder open) throws NotJson {
        while (open.length() > 0) {
            char closing = open.charAt(open.length() - 1);
            if (accept(',')) {
                if (closing == '}') {
                    name();
                }
                return;
            }
            expect(closing);
            open.setLength(open.length() - 1);
        }
    }

    private void scalar() throws NotJson {
        switch (peek()) {
            case '"' -> string();
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> number();
        }
    }

    private void literal(String word) throws NotJson {
        if (!text.startsWith(word, position)) {
            throw new NotJson();
        }
        position += word.length();
    }

    private void number() throws NotJson {
        int start = position;
        skip('-');
        if (!skip('0')) {
            digits();
        }
        if (skip('.')) {
            digits();
        }
        if (skip('e') || skip('E')) {
            if (!skip('+')) {
                skip('-');
            }
            digits();
        }
        if (Double.isInfinite(Double.parseDouble(text.substring(start, position)))) {
            throw new NotJson();
        }
    }

    private void digits() throws NotJson {
        int start = position;
        while (peek() >= '0' && peek() <= '9') {
            position++;
        }
        if (position == start) {
            throw new NotJson();
        }
    }

    private String string() throws NotJson {
        expect('"');
        StringBuilder out = new StringBuilder();
        while (true) {
            int c = peek();
            if (c < ' ') {
                throw new NotJson();
            }
            position++;
            if (c == '"') {
                return wellFormed(out);
            }
            out.append(c == '\\' ? escaped() : (char) c);
        }
    }

    private char escaped() throws NotJson {
        int c = peek();
        position++;
        if (c == 'u') {
            return unicode();
        }
        int index = c < 0 ? -1 : "\"\\/bfnrt".indexOf(c);
        if (index < 0) {
            throw new NotJson();
        }
        return "\"\\/\b\f\n\r\t".charAt(index);
    }

    private char unicode() throws NotJson {
        if (position + 4 > text.length()) {
            throw new NotJson();
        }
        int value = 0;
        for (int i = 0; i < 4; i++) {
            char c = text.charAt(position++);
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw new NotJson();
            }
            value = value * 16 + digit;
        }
        return (char) value;
    }

    /** Lone halves of surrogate pairs become replacement characters. */
    private static String wellFormed(CharSequence text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> out.appendCodePoint(c >= 0xd800 && c <= 0xdfff ? 0xfffd : c));
        return out.toString();
    }

    private int peek() {
        return position < text.length() ? text.charAt(position) : -1;
    }

    private boolean skip(char c) {
        if (peek() != c) {
            return false;
        }
        position++;
        return true;
    }

    private boolean accept(char c) {
        blanks();
        return skip(c);
    }

    private void expect(char c) throws NotJson {
        if (!accept(c)) {
            throw new NotJson();
        }
    }

    private void blanks() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
            position++;
        }
    }

    private void end() throws NotJson {
        blanks();
        if (position < text.length()) {
            throw new NotJson();
        }
    }

    private static final class NotJson extends Exception {
        private static final long serialVersionUID = 1;

        NotJson() {
            super("not JSON", null, false, false);
        }
    }
}
