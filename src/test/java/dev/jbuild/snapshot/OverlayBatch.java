package dev.jbuild.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Overlay mounts in a namespace that a child process makes, where operations are run and the trees are dumped. */
final class OverlayBatch {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final StringBuilder script = new StringBuilder("set -e\numask 0\n");
    private final ArrayNode scenarios = JSON.createArrayNode();

    /** What came of one scenario. */
    record Outcome(List<String> results, NavigableMap<String, String> tree) {}

    OverlayBatch(Path directory) {
        this.directory = directory;
    }

    /** Mounts {@code upper} over {@code lowers}, topmost first, and does {@code ops} there. */
    void add(List<Path> lowers, Path upper, Path work, JsonNode ops) throws IOException {
        Path mount = Files.createDirectories(directory.resolve("mnt" + scenarios.size()));
        String lowerdir = String.join(":", lowers.stream().map(Path::toString).toList());
        script.append("mount -t overlay overlay -o index=off,redirect_dir=off,metacopy=off,lowerdir=")
                .append(lowerdir)
                .append(",upperdir=")
                .append(upper)
                .append(",workdir=")
                .append(work)
                .append(' ')
                .append(mount)
                .append('\n');
        scenarios.addObject().put("mount", mount.toString()).set("ops", ops);
    }

    List<Outcome> run() throws IOException, InterruptedException {
        Path in = directory.resolve("scenarios.json");
        Path out = directory.resolve("outcomes.json");
        JSON.writeValue(in.toFile(), scenarios);
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        script.append("exec ")
                .append(java)
                .append(" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp \"$1\" ")
                .append(OverlayOps.class.getName())
                .append(' ')
                .append(in)
                .append(' ')
                .append(out);
        Path log = directory.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(
                "unshare", "-m", "sh", "-c", script.toString(), "sh", System.getProperty("java.class.path"));
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (process.waitFor() != 0) {
            throw new IOException("the batch failed: " + new String(Files.readAllBytes(log), StandardCharsets.UTF_8));
        }
        return read(out);
    }

    private static List<Outcome> read(Path file) throws IOException {
        List<Outcome> outcomes = new ArrayList<>();
        for (JsonNode answer : JSON.readTree(file.toFile())) {
            List<String> results = new ArrayList<>();
            answer.get("results").forEach(result -> results.add(result.textValue()));
            NavigableMap<String, String> tree = new TreeMap<>();
            answer.get("tree")
                    .properties()
                    .forEach(field -> tree.put(field.getKey(), field.getValue().textValue()));
            outcomes.add(new Outcome(results, tree));
        }
        return outcomes;
    }
}
