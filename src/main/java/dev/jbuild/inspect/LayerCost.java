package dev.jbuild.inspect;

import java.util.Set;

/**
 * What a layer costs without need.
 *
 * @param bytes of file contents that are stored for nothing
 * @param files how many these are
 * @param places the numbers of the layers below (from 0, bottom first) that have the files too; empty where none is needed
 */
public record LayerCost(Rule rule, long bytes, int files, Set<Integer> places) {
    public LayerCost {
        places = Set.copyOf(places);
    }

    /** How it comes about. The names are what {@code # check=skip=} takes. */
    public enum Rule {
        METADATA_ONLY_REWRITE(
                "MetadataOnlyRewrite",
                "Changing owners or modes in a step of its own stores the files once more: give them where the files are"
                        + " made, such as by COPY --chown and --chmod"),
        UNCHANGED_REWRITE(
                "UnchangedRewrite",
                "Files that are written again as they were, or touched, are stored once more: leave them alone, or copy"
                        + " only what is new"),
        DELETED_IN_LATER_LAYER(
                "DeletedInLaterLayer",
                "Files that a later step deletes are still in the image: delete them in the step that makes them, or make"
                        + " them in another stage or a cache mount"),
        PACKAGE_CACHE_KEPT(
                "PackageCacheKept",
                "What package managers keep for their next run is of no use in an image: delete it in the same step, or"
                        + " give it a cache mount");

        private final String title;
        private final String description;

        Rule(String title, String description) {
            this.title = title;
            this.description = description;
        }

        public String title() {
            return title;
        }

        /** What to do about it, in one sentence. */
        public String description() {
            return description;
        }
    }
}
