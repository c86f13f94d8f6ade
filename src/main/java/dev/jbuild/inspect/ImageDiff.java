package dev.jbuild.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.snapshot.MergedView;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * In what two images differ: the files that they show, their settings, and the steps that they were made by.
 *
 * @param files in path order
 * @param settings in the order of their names
 * @param stepsBefore steps of the first image's history behind those that both begin with
 * @param stepsAfter those of the second one's
 */
public record ImageDiff(
        List<FileChange> files, List<Setting> settings, List<String> stepsBefore, List<String> stepsAfter) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public ImageDiff {
        files = List.copyOf(files);
        settings = List.copyOf(settings);
        stepsBefore = List.copyOf(stepsBefore);
        stepsAfter = List.copyOf(stepsAfter);
    }

    /**
     * A path at which there is something else, or something in one image only.
     *
     * @param what in what it differs, if both have it: {@code type}, {@code content}, {@code mode} and so on
     */
    public record FileChange(RawPath path, Optional<Found> before, Optional<Found> after, List<String> what) {
        public FileChange {
            what = List.copyOf(what);
        }

        /** As {@code docker diff} has it: A for added, D for deleted, C for changed. */
        public char kind() {
            return before.isEmpty() ? 'A' : after.isEmpty() ? 'D' : 'C';
        }
    }

    /** A setting of the configuration, as JSON; an empty text where there is none. */
    public record Setting(String name, String before, String after) {}

    /** Whether there is no difference. */
    public boolean isEmpty() {
        return files.isEmpty() && settings.isEmpty() && stepsBefore.isEmpty() && stepsAfter.isEmpty();
    }

    /**
     * Compares the trees beneath a path, and nothing else.
     *
     * @param times whether files differ that were but changed at another time
     */
    public static ImageDiff ofTrees(MergedView before, MergedView after, RawPath beneath, boolean times) {
        return new ImageDiff(files(before, after, beneath, times), List.of(), List.of(), List.of());
    }

    /** Compares whole images. */
    public static ImageDiff of(
            MergedView before, ImageConfig configBefore, MergedView after, ImageConfig configAfter, boolean times) {
        List<String> stepsBefore = steps(configBefore);
        List<String> stepsAfter = steps(configAfter);
        int common = 0;
        while (common < Math.min(stepsBefore.size(), stepsAfter.size())
                && stepsBefore.get(common).equals(stepsAfter.get(common))) {
            common++;
        }
        return new ImageDiff(
                files(before, after, RawPath.ROOT, times),
                settings(configBefore, configAfter),
                stepsBefore.subList(common, stepsBefore.size()),
                stepsAfter.subList(common, stepsAfter.size()));
    }

    private static List<String> steps(ImageConfig config) {
        return config.history().stream().map(History::createdBy).toList();
    }

    // ---- files

    /** Both lists are in path order, so one pass is enough. */
    private static List<FileChange> files(MergedView before, MergedView after, RawPath beneath, boolean times) {
        List<Found> olds = all(before, beneath);
        List<Found> news = all(after, beneath);
        List<FileChange> changes = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < olds.size() || j < news.size()) {
            int order = i == olds.size()
                    ? 1
                    : j == news.size()
                            ? -1
                            : olds.get(i)
                                    .entry()
                                    .path()
                                    .compareTo(news.get(j).entry().path());
            if (order < 0) {
                Found gone = olds.get(i++);
                changes.add(new FileChange(gone.entry().path(), Optional.of(gone), Optional.empty(), List.of()));
            } else if (order > 0) {
                Found come = news.get(j++);
                changes.add(new FileChange(come.entry().path(), Optional.empty(), Optional.of(come), List.of()));
            } else {
                Found old = olds.get(i++);
                Found now = news.get(j++);
                List<String> what = LayerChange.differences(old.entry(), now.entry(), times);
                if (!what.isEmpty()) {
                    changes.add(new FileChange(old.entry().path(), Optional.of(old), Optional.of(now), what));
                }
            }
        }
        return changes;
    }

    private static List<Found> all(MergedView view, RawPath beneath) {
        List<Found> all = new ArrayList<>();
        if (!beneath.isRoot()) {
            view.find(beneath).ifPresent(all::add);
        }
        all.addAll(view.beneath(beneath));
        return all;
    }

    // ---- settings

    private static List<Setting> settings(ImageConfig before, ImageConfig after) {
        Map<String, String> olds = settings(before);
        Map<String, String> news = settings(after);
        TreeMap<String, Setting> changed = new TreeMap<>();
        olds.forEach((name, old) -> changed.put(name, new Setting(name, old, news.getOrDefault(name, ""))));
        news.forEach((name, now) -> changed.putIfAbsent(name, new Setting(name, "", now)));
        changed.values().removeIf(setting -> setting.before().equals(setting.after()));
        return List.copyOf(changed.values());
    }

    /** Of the process, by the names of the specification; and of the image, but for its layers, steps and time. */
    private static Map<String, String> settings(ImageConfig config) {
        JsonNode json;
        try {
            json = MAPPER.readTree(config.toJson().bytes());
        } catch (IOException e) {
            throw new AssertionError("what was written can be read", e);
        }
        Map<String, String> settings = new TreeMap<>();
        json.properties().forEach(field -> {
            if (!List.of("created", "rootfs", "history", "config").contains(field.getKey())) {
                settings.put(field.getKey(), field.getValue().toString());
            }
        });
        json.path("config")
                .properties()
                .forEach(field -> settings.put(field.getKey(), field.getValue().toString()));
        return settings;
    }
}
