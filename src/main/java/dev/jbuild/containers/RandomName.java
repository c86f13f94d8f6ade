package dev.jbuild.containers;

import java.util.List;
import java.util.random.RandomGenerator;

/** Names for containers that were given none: an adjective and a thing. */
final class RandomName {
    private static final List<String> ADJECTIVES = List.of(
            "amber", "bold", "brave", "bright", "brisk", "calm", "clever", "cool", "crisp", "dapper", "eager", "fair",
            "fleet", "fond", "gentle", "glad", "golden", "grand", "happy", "hardy", "honest", "humble", "jolly", "keen",
            "kind", "lively", "lucid", "merry", "mild", "neat", "nimble", "noble", "plain", "proud", "quick", "quiet",
            "rapid", "ready", "sharp", "shy", "silent", "sleek", "sober", "steady", "stout", "sunny", "swift", "tidy",
            "vivid", "warm", "wise", "witty");
    private static final List<String> THINGS = List.of(
            "acorn", "anchor", "arrow", "badger", "beacon", "birch", "bridge", "canyon", "cedar", "cliff", "comet",
            "coral", "crane", "delta", "dune", "ember", "falcon", "fern", "fjord", "forge", "glacier", "grove",
            "harbor", "heron", "island", "juniper", "kestrel", "lagoon", "lantern", "lark", "maple", "meadow", "mill",
            "moor", "orchard", "osprey", "otter", "pebble", "pine", "prairie", "quarry", "raven", "reef", "ridge",
            "river", "spruce", "summit", "thistle", "tundra", "valley", "willow", "wren");

    private RandomName() {}

    /** @param tries how many names were taken already; later ones get a number */
    static String of(RandomGenerator random, int tries) {
        String name =
                ADJECTIVES.get(random.nextInt(ADJECTIVES.size())) + "_" + THINGS.get(random.nextInt(THINGS.size()));
        return tries == 0 ? name : name + random.nextInt(10 * tries);
    }
}
