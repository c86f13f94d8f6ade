/**
 * Devices of this machine as the Container Device Interface describes them: files in which vendors and administrators say
 * what a container needs to get a device.
 *
 * <p>{@link dev.jbuild.sandbox.cdi.SpecReader} reads one such file, {@link dev.jbuild.sandbox.cdi.DeviceInventory} all of
 * them, {@link dev.jbuild.sandbox.cdi.HostDevices} says which of the devices a step gets, and {@link
 * dev.jbuild.sandbox.cdi.GivenDevices} gives them to it. What a name stands for and what has to be allowed is as BuildKit has
 * it; what a spec may hold, as version 1.1.0 of the interface has it.
 *
 * <p>Invariant: specs are read when a device is asked for, and not before, and then once a build.
 */
@NullMarked
package dev.jbuild.sandbox.cdi;

import org.jspecify.annotations.NullMarked;
