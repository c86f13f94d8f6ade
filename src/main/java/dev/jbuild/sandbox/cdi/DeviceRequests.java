package dev.jbuild.sandbox.cdi;

import java.util.List;

/**
 * Devices that the command line asks for ({@code --device}), and so need not be allowed.
 *
 * @param names of devices that specs describe
 * @param nodes of this machine
 */
public record DeviceRequests(List<String> names, List<HostDevice> nodes) {
    public static final DeviceRequests NONE = new DeviceRequests(List.of(), List.of());

    public DeviceRequests {
        names = List.copyOf(names);
        nodes = List.copyOf(nodes);
    }
}
