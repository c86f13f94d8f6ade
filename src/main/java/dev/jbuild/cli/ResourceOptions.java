package dev.jbuild.cli;

import dev.jbuild.buildfile.ByteSize;
import dev.jbuild.problem.UsageError;
import dev.jbuild.problem.UserError;
import dev.jbuild.sandbox.Capabilities;
import dev.jbuild.sandbox.Confinement;
import dev.jbuild.sandbox.IoLimits;
import dev.jbuild.sandbox.Limits;
import dev.jbuild.sandbox.NameServers;
import dev.jbuild.sandbox.OwnUsers;
import dev.jbuild.sandbox.Rlimit;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say what containers may use, spelled as docker spells them. Filled by picocli. */
final class ResourceOptions {
    private static final BigDecimal BILLION = BigDecimal.valueOf(1_000_000_000);

    private static final Pattern USERS = Pattern.compile("auto:size=([1-9]\\d{0,9})");

    @Option(
            names = {"-m", "--memory"},
            paramLabel = "SIZE",
            description = "Limit memory, such as 512m.")
    private @Nullable String memory;

    @Option(
            names = "--memory-swap",
            paramLabel = "SIZE",
            description = "Limit memory and swap together; -1 is unlimited.")
    private @Nullable String memorySwap;

    @Option(
            names = {"-c", "--cpu-shares"},
            paramLabel = "N",
            description = "Weight of processor time among others; 1024 is usual.")
    private long cpuShares;

    @Option(names = "--cpu-period", paramLabel = "MICROSECONDS", description = "The time for which --cpu-quota holds.")
    private long cpuPeriod;

    @Option(names = "--cpu-quota", paramLabel = "MICROSECONDS", description = "Processor time in each --cpu-period.")
    private long cpuQuota;

    @Option(
            names = "--cpus",
            paramLabel = "N",
            description = "Limit processor time to so many processors, such as 1.5.")
    private @Nullable BigDecimal cpus;

    @Option(names = "--cpuset-cpus", paramLabel = "LIST", description = "Processors to run on, such as 0-2,4.")
    private @Nullable String cpusetCpus;

    @Option(names = "--cpuset-mems", paramLabel = "LIST", description = "Memory nodes to use, such as 0,1.")
    private @Nullable String cpusetMems;

    @Option(
            names = "--resource",
            paramLabel = "KEY=VALUE",
            description = "One of the limits above by its name without dashes, as buildx has it, such as memory=2g.")
    private List<String> resources = new ArrayList<>();

    @Option(names = "--pids-limit", paramLabel = "N", description = "Limit processes and threads; -1 is unlimited.")
    private long pidsLimit;

    @Option(
            names = {"--blkio-weight", "--io-weight"},
            paramLabel = "N",
            description = "Weight of disks among others, from 10 to 1000; 0 is the usual one.")
    private long ioWeight;

    @Option(
            names = "--device-read-bps",
            paramLabel = "PATH:RATE",
            description =
                    "Limit bytes a second read from the disk that a device, file or directory is on, such as /dev/sda:10m.")
    private List<String> readBytes = new ArrayList<>();

    @Option(
            names = "--device-write-bps",
            paramLabel = "PATH:RATE",
            description = "Limit bytes a second written to such a disk.")
    private List<String> writeBytes = new ArrayList<>();

    @Option(
            names = "--device-read-iops",
            paramLabel = "PATH:RATE",
            description = "Limit reads a second of such a disk.")
    private List<String> readOperations = new ArrayList<>();

    @Option(
            names = "--device-write-iops",
            paramLabel = "PATH:RATE",
            description = "Limit writes a second to such a disk.")
    private List<String> writeOperations = new ArrayList<>();

    @Option(names = "--ulimit", paramLabel = "NAME=SOFT[:HARD]", description = "A limit of setrlimit, such as nofile.")
    private List<String> ulimits = new ArrayList<>();

    @Option(names = "--shm-size", paramLabel = "SIZE", description = "The size of /dev/shm; 64m if not given.")
    private @Nullable String sharedMemory;

    @Option(names = "--cgroup-parent", paramLabel = "PATH", description = "The control group to run below.")
    private @Nullable String cgroupParent;

    @Option(names = "--cap-add", paramLabel = "CAPABILITY", split = ",", description = "Add a capability, or ALL.")
    private List<String> addedCapabilities = new ArrayList<>();

    @Option(names = "--cap-drop", paramLabel = "CAPABILITY", split = ",", description = "Drop a capability, or ALL.")
    private List<String> droppedCapabilities = new ArrayList<>();

    @Option(names = "--security-opt", paramLabel = "OPTION", description = "no-new-privileges.")
    private List<String> securityOptions = new ArrayList<>();

    @Option(
            names = "--userns",
            paramLabel = "auto[:size=N]|host",
            description = "Run as users that nobody else is on this machine, whom root of the container is one of.")
    private @Nullable String users;

    @Option(names = "--dns", paramLabel = "ADDRESS", split = ",", description = "Ask this name server.")
    private List<String> dns = new ArrayList<>();

    @Option(names = "--dns-search", paramLabel = "DOMAIN", split = ",", description = "Look for names in this domain.")
    private List<String> dnsSearches = new ArrayList<>();

    @Option(
            names = {"--dns-option", "--dns-opt"},
            paramLabel = "OPTION",
            split = ",",
            description = "An option of resolv.conf.")
    private List<String> dnsOptions = new ArrayList<>();

    /** @param console says what relative paths are relative to */
    Confinement confinement(Console console) throws UsageError {
        return new Confinement(
                false,
                capabilities(),
                noNewPrivileges(),
                limits().withIo(io(console)),
                rlimits(),
                size("--shm-size", sharedMemory),
                Optional.ofNullable(cgroupParent).filter(parent -> !parent.isEmpty()),
                users());
    }

    NameServers nameServers() {
        return new NameServers(dns, dnsSearches, dnsOptions);
    }

    /** Takes the limits that are given by their names alone. */
    private void takeResources() throws UsageError {
        for (String resource : resources) {
            int equals = resource.indexOf('=');
            if (equals <= 0) {
                throw new UsageError("--resource " + resource + " is no KEY=VALUE", "such as memory=2g");
            }
            String value = resource.substring(equals + 1);
            switch (resource.substring(0, equals)) {
                case "memory" -> memory = value;
                case "memory-swap" -> memorySwap = value;
                case "cpu-shares" -> cpuShares = number(resource, value);
                case "cpu-period" -> cpuPeriod = number(resource, value);
                case "cpu-quota" -> cpuQuota = number(resource, value);
                case "cpuset-cpus" -> cpusetCpus = value;
                case "cpuset-mems" -> cpusetMems = value;
                default ->
                    throw new UsageError(
                            "--resource " + resource + ": no such resource",
                            "known are memory, memory-swap, cpu-shares, cpu-period, cpu-quota, cpuset-cpus and cpuset-mems");
            }
        }
    }

    private static long number(String resource, String value) throws UsageError {
        if (!value.matches("[0-9]{1,18}")) {
            throw new UsageError("--resource " + resource + ": \"" + value + "\" is no number");
        }
        return Long.parseLong(value);
    }

    private Limits limits() throws UsageError {
        takeResources();
        OptionalLong bytes = size("--memory", memory);
        Limits limits = new Limits(
                bytes,
                swap(bytes),
                positive("--cpu-shares", cpuShares),
                positive("--cpu-period", cpuPeriod),
                positive("--cpu-quota", cpuQuota),
                set("--cpuset-cpus", cpusetCpus),
                set("--cpuset-mems", cpusetMems),
                pidsLimit <= 0 ? OptionalLong.empty() : OptionalLong.of(pidsLimit));
        if (cpus == null || cpus.signum() == 0) {
            return limits;
        }
        if (cpus.signum() < 0) {
            throw new UsageError("--cpus " + cpus + ": a number of processors can't be negative");
        }
        if (cpuPeriod != 0 || cpuQuota != 0) {
            throw new UsageError("--cpus can't be given together with --cpu-period or --cpu-quota");
        }
        return limits.withCpus(cpus.multiply(BILLION).longValue());
    }

    private IoLimits io(Console console) throws UsageError {
        if (ioWeight != 0 && (ioWeight < 10 || ioWeight > 1000)) {
            throw new UsageError("--blkio-weight " + ioWeight + ": it must be from 10 to 1000, or 0");
        }
        List<IoLimits.Throttle> throttles = new ArrayList<>();
        add(throttles, IoLimits.Kind.READ_BYTES, "--device-read-bps", readBytes, console);
        add(throttles, IoLimits.Kind.WRITE_BYTES, "--device-write-bps", writeBytes, console);
        add(throttles, IoLimits.Kind.READ_OPERATIONS, "--device-read-iops", readOperations, console);
        add(throttles, IoLimits.Kind.WRITE_OPERATIONS, "--device-write-iops", writeOperations, console);
        return new IoLimits(ioWeight == 0 ? OptionalLong.empty() : OptionalLong.of(ioWeight), throttles);
    }

    private static void add(
            List<IoLimits.Throttle> throttles, IoLimits.Kind kind, String flag, List<String> values, Console console)
            throws UsageError {
        boolean bytes = kind == IoLimits.Kind.READ_BYTES || kind == IoLimits.Kind.WRITE_BYTES;
        for (String value : values) {
            int colon = value.lastIndexOf(':');
            String rate = value.substring(colon + 1);
            OptionalLong number = bytes
                    ? ByteSize.parse(rate)
                    : rate.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(rate)) : OptionalLong.empty();
            if (colon <= 0 || number.isEmpty() || number.getAsLong() <= 0) {
                throw new UsageError(
                        flag + " " + value + " is no path and rate", "such as /dev/sda:" + (bytes ? "10m" : "1000"));
            }
            throttles.add(new IoLimits.Throttle(kind, console.resolve(value.substring(0, colon)), number.getAsLong()));
        }
    }

    private OptionalLong swap(OptionalLong memoryBytes) throws UsageError {
        if ("-1".equals(memorySwap)) {
            return OptionalLong.of(-1);
        }
        OptionalLong both = size("--memory-swap", memorySwap);
        if (both.isPresent() && memoryBytes.isEmpty()) {
            throw new UsageError("--memory-swap needs --memory as well", "it limits memory and swap together");
        }
        if (both.isPresent() && both.getAsLong() < memoryBytes.getAsLong()) {
            throw new UsageError("--memory-swap is less than --memory", "it limits memory and swap together");
        }
        return both;
    }

    /** A size in bytes; absent for none and for 0, which docker takes for none. */
    static OptionalLong size(String flag, @Nullable String value) throws UsageError {
        if (value == null || value.isEmpty()) {
            return OptionalLong.empty();
        }
        OptionalLong bytes = ByteSize.parse(value);
        if (bytes.isEmpty()) {
            throw new UsageError(flag + " " + value + " is no size", "such as 512m or 2g");
        }
        return bytes.getAsLong() == 0 ? OptionalLong.empty() : bytes;
    }

    private static OptionalLong positive(String flag, long value) throws UsageError {
        if (value < 0) {
            throw new UsageError(flag + " " + value + ": it can't be negative");
        }
        return value == 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static Optional<String> set(String flag, @Nullable String value) throws UsageError {
        if (value == null || value.isEmpty()) {
            return Optional.empty();
        }
        if (!value.matches("\\d{1,5}(-\\d{1,5})?(,\\d{1,5}(-\\d{1,5})?)*")) {
            throw new UsageError(flag + " " + value + " is no list of numbers", "such as 0-2,4");
        }
        return Optional.of(value);
    }

    private List<Rlimit> rlimits() throws UsageError {
        List<Rlimit> limits = new ArrayList<>();
        for (String ulimit : ulimits) {
            limits.add(UlimitFlag.parse(ulimit));
        }
        return limits;
    }

    private Capabilities capabilities() throws UsageError {
        try {
            return Capabilities.DEFAULT.changed(addedCapabilities, droppedCapabilities);
        } catch (UserError e) {
            throw new UsageError(e.what(), "as in --cap-add NET_ADMIN");
        }
    }

    private Optional<OwnUsers> users() throws UsageError {
        if (users == null || users.isEmpty() || users.equals("host")) {
            return Optional.empty();
        }
        if (users.equals("auto")) {
            return Optional.of(OwnUsers.USUAL);
        }
        Matcher size = USERS.matcher(users);
        if (!size.matches()) {
            throw new UsageError("--userns " + users + " is not supported", "known are auto, auto:size=N and host");
        }
        return Optional.of(new OwnUsers(Long.parseLong(size.group(1))));
    }

    private boolean noNewPrivileges() throws UsageError {
        boolean on = false;
        for (String option : securityOptions) {
            switch (option.replace(':', '=')) {
                case "no-new-privileges", "no-new-privileges=true" -> on = true;
                case "no-new-privileges=false" -> on = false;
                default ->
                    throw new UsageError(
                            "--security-opt " + option + " is not supported yet", "known is no-new-privileges");
            }
        }
        return on;
    }
}
