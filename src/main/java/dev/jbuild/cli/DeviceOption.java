package dev.jbuild.cli;

import dev.jbuild.problem.UsageError;
import dev.jbuild.sandbox.cdi.DeviceRequests;
import dev.jbuild.sandbox.cdi.HostDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The flag {@code --device} of {@code build} and {@code run}, as docker and podman spell it. Filled by picocli. */
final class DeviceOption {
    private static final Pattern NAMED = Pattern.compile("[^/.][^/]*/[^=]+=.+");
    private static final Pattern ACCESS = Pattern.compile("[rwm]{1,3}");
    private static final String ALL = "rwm";

    @Option(
            names = "--device",
            paramLabel = "PATH[:TARGET][:rwm]|VENDOR/CLASS=NAME",
            description = "Give a device of this machine to processes: a node, those of a directory, or what a CDI spec"
                    + " describes.")
    private List<String> devices = new ArrayList<>();

    DeviceRequests requests(Console console) throws UsageError {
        List<String> names = new ArrayList<>();
        List<HostDevice> nodes = new ArrayList<>();
        for (String value : devices) {
            if (NAMED.matcher(value).matches()) {
                names.add(value);
            } else {
                nodes.add(node(value, console));
            }
        }
        return new DeviceRequests(names, nodes);
    }

    private static HostDevice node(String value, Console console) throws UsageError {
        String[] parts = value.split(":", -1);
        boolean onlyAccess = parts.length == 2 && ACCESS.matcher(parts[1]).matches();
        Path source = console.resolve(parts[0]).normalize();
        String target = parts.length > 1 && !onlyAccess ? parts[1] : source.toString();
        String access = onlyAccess ? parts[1] : parts.length > 2 ? parts[2] : ALL;
        boolean valid = parts.length <= 3
                && !parts[0].isEmpty()
                && target.startsWith("/")
                && ACCESS.matcher(access).matches();
        if (!valid) {
            throw new UsageError(
                    "--device " + value + " is neither PATH[:TARGET][:rwm] nor VENDOR/CLASS=NAME",
                    "as in --device /dev/fuse or --device vendor.com/class=name");
        }
        return new HostDevice(source, target, access);
    }
}
