package dev.jbuild.inspect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.containers.Container;
import dev.jbuild.containers.ContainerState;
import dev.jbuild.containers.ContainerState.Status;
import dev.jbuild.sandbox.Background;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A container as {@code docker container inspect} tells it, as far as there is such a thing here. */
public final class ContainerInspection {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private ContainerInspection() {}

    public static ObjectNode of(Container container, ContainerState state) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("Id", container.id());
        json.put("Created", container.created().toString());
        json.put("Path", container.args().get(0));
        texts(
                json.putArray("Args"),
                container.args().subList(1, container.args().size()));
        json.set("State", state(state));
        json.put("Image", container.imageId());
        json.put(
                "ResolvConfPath",
                container.directory().resolve("run").resolve("resolv.conf").toString());
        json.put(
                "HostsPath",
                container.directory().resolve("run").resolve("hosts").toString());
        json.put("LogPath", Background.log(container.directory()).toString());
        json.put("Name", "/" + container.name());
        json.put("Platform", container.platform());
        ObjectNode host = json.putObject("HostConfig");
        host.put("NetworkMode", container.network());
        host.put("AutoRemove", container.remove());
        json.putObject("GraphDriver")
                .put("Name", "overlayfs")
                .putObject("Data")
                .put("UpperDir", container.upper().toString());
        ObjectNode groups = json.putObject("Cgroups");
        container
                .groups()
                .directories()
                .forEach((controllers, directory) ->
                        groups.put(controllers.isEmpty() ? "unified" : controllers, directory.toString()));
        json.set("Config", config(container));
        return json;
    }

    private static ObjectNode state(ContainerState state) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("Status", state.status().name().toLowerCase(Locale.ROOT));
        json.put("Running", state.isRunning());
        json.put("Paused", state.status() == Status.PAUSED);
        json.put("Restarting", false);
        json.put("OOMKilled", state.outOfMemory());
        json.put("Dead", state.status() == Status.DEAD);
        json.put("Pid", state.pid());
        json.put("ExitCode", state.exitStatus());
        json.put("Error", "");
        json.put("StartedAt", time(state.started()));
        json.put("FinishedAt", time(state.finished()));
        return json;
    }

    private static String time(Optional<Instant> time) {
        return time.map(Instant::toString).orElse(NEVER);
    }

    private static ObjectNode config(Container container) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("Hostname", container.hostname());
        json.put("User", container.user());
        json.put("Tty", container.terminal());
        json.put("OpenStdin", container.interactive());
        texts(json.putArray("Env"), container.env());
        texts(json.putArray("Cmd"), container.args());
        json.put("Image", container.image());
        json.put("WorkingDir", container.cwd());
        json.put("StopSignal", Integer.toString(container.stopSignal()));
        return json;
    }

    private static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }
}
