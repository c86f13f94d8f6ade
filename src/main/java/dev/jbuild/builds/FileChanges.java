package dev.jbuild.builds;

import dev.jbuild.builds.FileListing.ListedFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** In what two lists of files differ, in words. */
final class FileChanges {
    private final List<String> changes = new ArrayList<>();

    private FileChanges() {}

    static List<String> between(List<ListedFile> before, List<ListedFile> after) {
        FileChanges changes = new FileChanges();
        changes.compare(byPath(before), byPath(after));
        return changes.changes;
    }

    private static Map<String, ListedFile> byPath(List<ListedFile> files) {
        Map<String, ListedFile> byPath = new LinkedHashMap<>();
        files.forEach(file -> byPath.put(file.path(), file));
        return byPath;
    }

    private void compare(Map<String, ListedFile> before, Map<String, ListedFile> after) {
        Map<String, String> removedByContent = new HashMap<>();
        Map<String, ListedFile> removed = new LinkedHashMap<>(before);
        removed.keySet().removeAll(after.keySet());
        removed.values().stream()
                .filter(file -> !file.content().isEmpty())
                .forEach(file -> removedByContent.putIfAbsent(file.type() + file.content(), file.path()));
        for (ListedFile file : after.values()) {
            ListedFile old = before.get(file.path());
            if (old != null) {
                compare(old, file);
                continue;
            }
            String origin = removedByContent.remove(file.type() + file.content());
            if (origin == null) {
                changes.add("added: " + file.path());
            } else {
                changes.add("renamed: " + origin + " → " + file.path());
                removed.remove(origin);
            }
        }
        removed.keySet().forEach(path -> changes.add("removed: " + path));
    }

    private void compare(ListedFile old, ListedFile file) {
        if (!old.type().equals(file.type())) {
            changes.add("type of " + file.path() + ": " + old.type() + " → " + file.type());
        } else if (!old.content().equals(file.content())) {
            changes.add("content of " + file.path());
        }
        if (!old.attributes().equals(file.attributes())) {
            changes.add(file.path() + ": " + old.attributes() + " → " + file.attributes());
        }
    }
}
