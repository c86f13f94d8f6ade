package dev.jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;

/** Takes the words that start with {@code --} off the front of an instruction's arguments. */
final class FlagSplitter {
    private static final int NONE = -1;

    private final String text;
    private final char escape;
    private final List<String> flags = new ArrayList<>();
    private int position;

    FlagSplitter(String text, char escape) {
        this.text = text;
        this.escape = escape;
        while (atFlag()) {
            String word = word();
            if (word.equals("--")) {
                break;
            }
            flags.add(word);
        }
    }

    List<String> flags() {
        return flags;
    }

    /** What comes after the flags. */
    String rest() {
        return text.substring(position);
    }

    private boolean atFlag() {
        while (position < text.length() && Text.isSpace(text.charAt(position))) {
            position++;
        }
        return text.startsWith("--", position);
    }

    /** One word without its quotes and escapes. */
    private String word() {
        StringBuilder word = new StringBuilder();
        int quote = NONE;
        for (; position < text.length(); position++) {
            char c = text.charAt(position);
            if (quote == NONE && Text.isSpace(c)) {
                break;
            }
            if (quote == NONE && (c == '\'' || c == '"')) {
                quote = c;
            } else if (c == quote) {
                quote = NONE;
            } else if (c == escape) {
                if (position + 1 < text.length()) {
                    word.append(text.charAt(++position));
                }
            } else {
                word.append(c);
            }
        }
        return word.toString();
    }
}
