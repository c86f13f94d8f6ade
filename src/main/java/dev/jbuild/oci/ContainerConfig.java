package dev.jbuild.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How containers of an image run: the {@code config} member of an image configuration (config.md), with Docker's
 * additions (health check, shell, ONBUILD triggers).
 *
 * @param user empty for root
 * @param env {@code NAME=value} in order, each name once
 * @param entrypoint absent when the image sets none
 * @param cmd absent when the image sets none
 * @param workingDir empty when the image sets none
 * @param exposedPorts {@code port/protocol}
 * @param shell empty for the default
 */
public record ContainerConfig(
        String user,
        NavigableSet<String> exposedPorts,
        List<String> env,
        Optional<List<String>> entrypoint,
        Optional<List<String>> cmd,
        NavigableSet<String> volumes,
        String workingDir,
        NavigableMap<String, String> labels,
        String stopSignal,
        Optional<Healthcheck> healthcheck,
        List<String> onBuild,
        List<String> shell,
        boolean argsEscaped) {
    public static final ContainerConfig EMPTY = new Builder().build();

    public ContainerConfig {
        exposedPorts = new TreeSet<>(exposedPorts);
        env = List.copyOf(env);
        entrypoint = entrypoint.map(List::copyOf);
        cmd = cmd.map(List::copyOf);
        volumes = new TreeSet<>(volumes);
        labels = new TreeMap<>(labels);
        onBuild = List.copyOf(onBuild);
        shell = List.copyOf(shell);
    }

    /** The value of a variable, if it is set. */
    public Optional<String> envValue(String name) {
        return env.stream()
                .filter(entry -> entry.startsWith(name + "="))
                .map(entry -> entry.substring(name.length() + 1))
                .findFirst();
    }

    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.user = user;
        builder.exposedPorts.addAll(exposedPorts);
        builder.env.addAll(env);
        builder.entrypoint = entrypoint;
        builder.cmd = cmd;
        builder.volumes.addAll(volumes);
        builder.workingDir = workingDir;
        builder.labels.putAll(labels);
        builder.stopSignal = stopSignal;
        builder.healthcheck = healthcheck;
        builder.onBuild.addAll(onBuild);
        builder.shell = shell;
        builder.argsEscaped = argsEscaped;
        return builder;
    }

    /** Changes a configuration step by step, as the instructions of a Buildfile do. */
    public static final class Builder {
        private String user = "";
        private final NavigableSet<String> exposedPorts = new TreeSet<>();
        private final List<String> env = new ArrayList<>();
        private Optional<List<String>> entrypoint = Optional.empty();
        private Optional<List<String>> cmd = Optional.empty();
        private final NavigableSet<String> volumes = new TreeSet<>();
        private String workingDir = "";
        private final NavigableMap<String, String> labels = new TreeMap<>();
        private String stopSignal = "";
        private Optional<Healthcheck> healthcheck = Optional.empty();
        private final List<String> onBuild = new ArrayList<>();
        private List<String> shell = List.of();
        private boolean argsEscaped;

        public Builder user(String value) {
            user = value;
            return this;
        }

        public Builder expose(String portAndProtocol) {
            exposedPorts.add(portAndProtocol);
            return this;
        }

        /** Sets a variable in its place, or at the end when it is new. */
        public Builder env(String name, String value) {
            for (int i = 0; i < env.size(); i++) {
                if (env.get(i).startsWith(name + "=")) {
                    env.set(i, name + "=" + value);
                    return this;
                }
            }
            env.add(name + "=" + value);
            return this;
        }

        public Builder entrypoint(Optional<List<String>> value) {
            entrypoint = value;
            return this;
        }

        public Builder cmd(Optional<List<String>> value) {
            cmd = value;
            return this;
        }

        public Builder volume(String path) {
            volumes.add(path);
            return this;
        }

        public Builder workingDir(String value) {
            workingDir = value;
            return this;
        }

        public Builder withoutEnv(String name) {
            env.removeIf(entry -> entry.startsWith(name + "="));
            return this;
        }

        public Builder withoutLabel(String key) {
            labels.remove(key);
            return this;
        }

        public Builder label(String key, String value) {
            labels.put(key, value);
            return this;
        }

        public Builder labels(Map<String, String> more) {
            labels.putAll(more);
            return this;
        }

        public Builder stopSignal(String value) {
            stopSignal = value;
            return this;
        }

        public Builder healthcheck(Optional<Healthcheck> value) {
            healthcheck = value;
            return this;
        }

        public Builder onBuild(String trigger) {
            onBuild.add(trigger);
            return this;
        }

        public Builder clearOnBuild() {
            onBuild.clear();
            return this;
        }

        public Builder shell(List<String> value) {
            shell = value;
            return this;
        }

        public Builder argsEscaped(boolean value) {
            argsEscaped = value;
            return this;
        }

        public ContainerConfig build() {
            return new ContainerConfig(
                    user,
                    exposedPorts,
                    env,
                    entrypoint,
                    cmd,
                    volumes,
                    workingDir,
                    labels,
                    stopSignal,
                    healthcheck,
                    onBuild,
                    shell,
                    argsEscaped);
        }
    }
}
