package dev.jbuild.cli;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;

/** Files of an image as ls describes them. */
final class EntryText {
    private static final String PERMISSIONS = "rwxrwxrwx";

    private EntryText() {}

    /** Such as {@code drwxr-xr-x}; a mark of removal is a {@code w} without permissions. */
    static String mode(LayerEntry entry) {
        return type(entry.type()) + (entry.type() == EntryType.WHITEOUT ? "---------" : permissions(entry.mode()));
    }

    private static char type(EntryType type) {
        return switch (type) {
            case DIRECTORY -> 'd';
            case SYMLINK -> 'l';
            case CHARACTER_DEVICE -> 'c';
            case BLOCK_DEVICE -> 'b';
            case FIFO -> 'p';
            case FILE -> '-';
            case WHITEOUT -> 'w';
        };
    }

    private static String permissions(int mode) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < PERMISSIONS.length(); i++) {
            text.append((mode & (0400 >> i)) != 0 ? PERMISSIONS.charAt(i) : '-');
        }
        special(text, 2, (mode & 04000) != 0, 's');
        special(text, 5, (mode & 02000) != 0, 's');
        special(text, 8, (mode & 01000) != 0, 't');
        return text.toString();
    }

    private static void special(StringBuilder text, int at, boolean set, char letter) {
        if (set) {
            text.setCharAt(at, text.charAt(at) == 'x' ? letter : Character.toUpperCase(letter));
        }
    }

    /** The size, or the numbers of a device. */
    static String size(LayerEntry entry, boolean forPeople) {
        if (entry.type() == EntryType.CHARACTER_DEVICE || entry.type() == EntryType.BLOCK_DEVICE) {
            return entry.deviceMajor() + "," + entry.deviceMinor();
        }
        return forPeople ? Quantities.size(entry.size()) : String.valueOf(entry.size());
    }
}
