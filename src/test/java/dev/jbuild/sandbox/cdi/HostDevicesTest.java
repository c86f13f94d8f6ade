package dev.jbuild.sandbox.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.buildfile.Device;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostDevicesTest {
    @TempDir
    Path specs;

    @BeforeEach
    void writeSpecs() throws IOException {
        DeviceInventoryTest.spec(specs.resolve("a.yaml"), "a/b", "x:fast", "y:fast", "z");
        Files.writeString(
                specs.resolve("auto.json"),
                "{\"cdiVersion\": \"0.6.0\", \"kind\": \"auto/b\","
                        + " \"annotations\": {\"org.mobyproject.buildkit.device.autoallow\": \"true\"},"
                        + " \"devices\": [{\"name\": \"x\", \"containerEdits\": {\"env\": [\"A=1\"]}}]}");
    }

    private GivenDevices give(DeviceGrants grants, DeviceRequests forAll, Device... asked) throws UserError {
        return new HostDevices(List.of(specs), grants, forAll).give(Arrays.asList(asked));
    }

    private List<String> names(DeviceGrants grants, Device... asked) throws UserError {
        return give(grants, DeviceRequests.NONE, asked).devices().stream()
                .map(CdiDevice::qualifiedName)
                .toList();
    }

    private static Device required(String name) {
        return new Device(name, true);
    }

    private static Device optional(String name) {
        return new Device(name, false);
    }

    private static DeviceGrants named(String... names) {
        return new DeviceGrants(false, Set.of(names), Map.of());
    }

    @Test
    void whatIsNotAllowedIsRefusedWithTheFlagToGive() {
        assertThatThrownBy(() -> names(DeviceGrants.NONE, optional("a/b=x")))
                .isInstanceOf(UserError.class)
                .hasMessage("device a/b=x is requested by the build but not allowed")
                .satisfies(e -> assertThat(((JbuildException) e).hints())
                        .singleElement()
                        .asString()
                        .contains("--allow device=a/b=x,", "--allow device"));
        assertThatThrownBy(() -> names(named("a/b=y"), required("a/b=*")))
                .hasMessage("devices a/b=x, a/b=z are requested by the build but not allowed");
    }

    @Test
    void allOrSomeMayBeUsed() throws Exception {
        assertThat(names(DeviceGrants.ALL, required("a/b=*"))).containsExactly("a/b=x", "a/b=y", "a/b=z");
        assertThat(names(named("a/b=x"), required("a/b=x"), optional("a/b=x"))).containsExactly("a/b=x");
        assertThat(names(named("fast"), required("a/b=y"))).containsExactly("a/b=y");
        assertThat(names(named("a/b=*", "unknown"), required("fast"), required("a/b=z")))
                .containsExactly("a/b=x", "a/b=y", "a/b=z");
    }

    @Test
    void administratorsLetEverybodyUseSome() throws Exception {
        assertThat(names(DeviceGrants.NONE, required("auto/b"))).containsExactly("auto/b=x");
    }

    @Test
    void anAliasStandsForADeviceAndAllowsIt() throws Exception {
        DeviceGrants grants = new DeviceGrants(false, Set.of(), Map.of("gpu", "a/b=x"));
        assertThat(names(grants, required("gpu"))).containsExactly("a/b=x");
        assertThatThrownBy(() -> names(grants, required("a/b=x"))).hasMessageContaining("not allowed");
    }

    @Test
    void whatIsMissingIsLeftOutOrToldOf() throws Exception {
        GivenDevices given = give(DeviceGrants.NONE, DeviceRequests.NONE, optional("a/b=none"));
        assertThat(given.isEmpty()).isTrue();
        assertThat(given.keys()).isEmpty();
        assertThat(given.absent()).containsExactly("a/b=none");
        assertThatThrownBy(() -> names(DeviceGrants.ALL, required("a/b=none")))
                .isInstanceOf(UserError.class)
                .hasMessage("required device \"a/b=none\" is not registered")
                .satisfies(e ->
                        assertThat(((JbuildException) e).hints()).contains("there are: a/b=x, a/b=y, a/b=z, auto/b=x"));
    }

    @Test
    void theCommandLineNeedNotAllowWhatItAsksFor() throws Exception {
        GivenDevices given =
                give(DeviceGrants.NONE, new DeviceRequests(List.of("a/b=x"), List.of()), optional("a/b=x"));
        assertThat(given.devices()).hasSize(1);
        assertThatThrownBy(() -> give(DeviceGrants.NONE, new DeviceRequests(List.of("no/b=x"), List.of())))
                .hasMessageContaining("required device \"no/b=x\"");
    }

    @Test
    void specsAreNotReadForNothing() throws Exception {
        HostDevices devices = new HostDevices(List.of(specs), DeviceGrants.ALL, DeviceRequests.NONE);
        assertThat(devices.give(List.of()).isEmpty()).isTrue();
        DeviceInventoryTest.spec(specs.resolve("late.yaml"), "late/b", "x");
        assertThat(devices.give(List.of(required("late/b=x"))).devices()).hasSize(1);
        Files.delete(specs.resolve("late.yaml"));
        assertThat(devices.give(List.of(required("late/b=x"))).devices()).hasSize(1);
    }
}
