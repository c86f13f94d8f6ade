package dev.jbuild.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The environment variables that jbuild heeds or that users of other builders may expect it to heed: one table, from which the
 * command line reads their names and the manual its lines.
 */
public enum EnvironmentVariable {
    JBUILD_ROOT(Use.SETTING, "the store, as --root; else /var/lib/jbuild, or $XDG_DATA_HOME/jbuild for users"),
    JBUILD_PROGRESS(Use.SETTING, "how progress is shown, as --progress"),
    BUILDKIT_PROGRESS(Use.SETTING, "the same, where JBUILD_PROGRESS is not set"),
    PROGRESS_NO_TRUNC(Use.SETTING, "0 cuts long names of steps in plain progress"),
    TTY_DISPLAY_RATE(Use.SETTING, "milliseconds between two pictures of tty progress (100)"),
    BUILDKIT_TTY_LOG_LINES(Use.SETTING, "how many lines of a step's output tty progress shows (6)"),
    BUILDKIT_COLORS(
            Use.SETTING, "colours of tty progress, such as run=green:error=light-red:cancel=yellow:warning=255,165,0"),
    NO_COLOR(Use.SETTING, "no colours if it is set"),
    TERM(Use.SETTING, "dumb is a terminal without colours that can't be redrawn"),
    CI(Use.SETTING, "nothing is redrawn and nothing asked if it is set and not false"),
    SOURCE_DATE_EPOCH(Use.SETTING, "the time of what is made, in seconds; handed to builds as an argument"),
    DOCKER_DEFAULT_PLATFORM(Use.SETTING, "what is built for where --platform is not given"),
    DOCKER_CONFIG(Use.SETTING, "the directory of docker's config.json, with credentials (~/.docker)"),
    REGISTRY_AUTH_FILE(Use.SETTING, "a file of credentials, asked before docker's; login writes to it"),
    BUILD_REGISTRY_SOURCES(
            Use.SETTING, "JSON with the lists blockedRegistries, allowedRegistries and insecureRegistries"),
    EXPERIMENTAL_BUILDKIT_SOURCE_POLICY(Use.SETTING, "a source policy, as --source-policy-file"),
    HTTP_PROXY(Use.SETTING, "the proxy for HTTP; in lower case too, which wins"),
    HTTPS_PROXY(Use.SETTING, "the proxy for HTTPS; in lower case too"),
    ALL_PROXY(Use.SETTING, "the proxy for what has none of its own; in lower case too"),
    NO_PROXY(Use.SETTING, "hosts that are spoken to directly; in lower case too"),
    HOME(Use.SETTING, "where docker's credentials and a user's store are looked for"),
    XDG_DATA_HOME(Use.SETTING, "where a user's store is (~/.local/share)"),
    XDG_RUNTIME_DIR(Use.SETTING, "where podman's credentials are looked for"),
    SSH_AUTH_SOCK(Use.SETTING, "the SSH agent of --ssh, and that git repositories are fetched with"),
    BUILDAH_ISOLATION(Use.SETTING, "how steps are kept apart, as --isolation"),
    STORAGE_DRIVER(Use.SETTING, "how the files of a step are put together, as --storage-driver"),
    JBUILD_CDI_SPEC_DIRS(Use.SETTING, "where specs of devices are, as --cdi-spec-dir, with colons between them"),
    JBUILD_GC(Use.SETTING, "off lets the build cache grow as it likes"),
    JBUILD_GC_RESERVED_SPACE(Use.SETTING, "what is left of the build cache in any case (10% of the disk, or 10 GB)"),
    JBUILD_GC_MAX_USED_SPACE(Use.SETTING, "what the build cache may take (80% of the disk, or 100 GB)"),
    JBUILD_GC_MIN_FREE_SPACE(Use.SETTING, "what the build cache leaves free on the disk (20%)"),
    JBUILD_GC_KEEP_DURATION(Use.SETTING, "how long what is unused is kept before others are (60d)"),
    JBUILD_ARCHIVE_MAX_ENTRIES(
            Use.SETTING, "how many files the tar of a layer, or one that ADD unpacks, may hold (1000000)"),
    JBUILD_ARCHIVE_MAX_SIZE(Use.SETTING, "how long such a tar may be (256GB)"),
    JBUILD_ARCHIVE_MAX_RATIO(Use.SETTING, "how many times longer than it is compressed, from 16 GB on (1000)"),

    JAVA_HOME(Use.LAUNCHER, "the Java to use, else that of PATH"),
    JBUILD_OPTS(Use.LAUNCHER, "flags for the JVM, such as -Xmx256m"),
    JBUILD_CDS(Use.LAUNCHER, "off keeps no archive of loaded classes"),
    XDG_CACHE_HOME(Use.LAUNCHER, "where that archive is kept (~/.cache)"),
    TMPDIR(Use.LAUNCHER, "where temporary files go (/tmp)"),

    BUILDKIT_STEP_LOG_MAX_SIZE(Use.IGNORED, "logs are never cut"),
    BUILDKIT_STEP_LOG_MAX_SPEED(Use.IGNORED, "logs are never slowed down"),
    BUILDX_BUILDER(Use.IGNORED, "there are no other builders to choose"),
    BUILDX_EXPERIMENTAL(Use.IGNORED, "nothing is hidden"),
    BUILDX_METADATA_PROVENANCE(Use.IGNORED, "the metadata file holds no provenance"),
    BUILDX_METADATA_WARNINGS(Use.IGNORED, "the metadata file holds no warnings"),
    BUILDAH_LAYERS(Use.IGNORED, "layers are always cached; --no-cache builds anew"),
    STORAGE_OPTS(Use.IGNORED, "the store has no options"),
    DOCKER_HOST(Use.IGNORED, "no docker engine is spoken to"),
    DOCKER_CONTEXT(Use.IGNORED, "no docker engine is spoken to"),
    DOCKER_TLS_VERIFY(Use.IGNORED, "no docker engine is spoken to"),
    DOCKER_CERT_PATH(Use.IGNORED, "no docker engine is spoken to"),
    DOCKER_API_VERSION(Use.IGNORED, "no docker engine is spoken to"),
    DOCKER_BUILDKIT(Use.IGNORED, "there is no other builder to fall back to"),
    TRACEPARENT(Use.IGNORED, "no traces are sent"),
    OTEL_EXPORTER_OTLP_ENDPOINT(Use.IGNORED, "no traces are sent"),
    OTEL_TRACES_EXPORTER(Use.IGNORED, "no traces are sent"),
    KANIKO_NO_PUSH(Use.IGNORED, "nothing is pushed unless --push asks for it"),
    KANIKO_REGISTRY_MIRROR(Use.IGNORED, "a source policy says what is pulled from elsewhere"),
    KANIKO_REGISTRY_MAP(Use.IGNORED, "a source policy says what is pulled from elsewhere"),
    DBUS_SESSION_BUS_ADDRESS(Use.IGNORED, "control groups are made without systemd");

    /** What becomes of a variable. */
    public enum Use {
        /** It is heeded. */
        SETTING,
        /** The script that starts the JVM heeds it. */
        LAUNCHER,
        /** Other builders know it; here it changes nothing, which {@code --debug} says. */
        IGNORED
    }

    private final Use use;
    private final String doc;

    EnvironmentVariable(Use use, String doc) {
        this.use = use;
        this.doc = doc;
    }

    public Use use() {
        return use;
    }

    /** What it means, or why it means nothing: one line for the manual. */
    public String doc() {
        return doc;
    }

    /** The names to look for, the first one found wins. */
    public List<String> names() {
        return name().endsWith("_PROXY") ? List.of(name().toLowerCase(Locale.ROOT), name()) : List.of(name());
    }

    /** Those of one use, in the order of the manual. */
    public static List<EnvironmentVariable> of(Use use) {
        return Arrays.stream(values()).filter(variable -> variable.use == use).toList();
    }
}
