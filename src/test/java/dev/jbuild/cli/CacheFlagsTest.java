package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.cache.remote.CachePlace;
import dev.jbuild.engine.CacheSettings;
import dev.jbuild.image.CacheExport;
import dev.jbuild.layer.Compression;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.UsageError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CacheFlagsTest {
    private final Console console = new TestConsole().console();

    private List<CachePlace> from(String... values) throws UsageError {
        return CacheFlags.parse(List.of(values), List.of(), false, null, "content", console)
                .from();
    }

    private CacheSettings to(String... values) throws UsageError {
        return CacheFlags.parse(List.of(), List.of(values), false, null, "content", console);
    }

    private static CachePlace registry(String name) {
        return new CachePlace.Registry(ImageReference.parse(name));
    }

    @Test
    void aBareNameIsARegistrysAndThereMayBeSeveral() throws Exception {
        assertThat(from("user/app:cache", "a,b:1"))
                .containsExactly(registry("user/app:cache"), registry("a"), registry("b:1"));
        assertThat(from("type=registry,ref=user/app")).containsExactly(registry("user/app:latest"));
    }

    @Test
    void aDirectoryIsRelativeToTheWorkingDirectory() throws Exception {
        CachePlace.Directory place =
                (CachePlace.Directory) from("type=local,src=a/../b").get(0);
        assertThat(place.directory()).isEqualTo(console.resolve("b"));
        assertThat(place.tag()).isEqualTo("latest");
    }

    @Test
    void exportsHaveTheDefaultsOfBuildKitAndReset() throws Exception {
        CacheExport plain = to("type=local,dest=c").to().get(0);
        assertThat(plain.max()).isFalse();
        assertThat(plain.compression()).isEqualTo(Compression.GZIP);
        assertThat(plain.reset()).isTrue();
        assertThat(plain.ignoreError()).isFalse();
        CacheExport all = to("type=local,dest=c,mode=max,compression=zstd,compression-level=9,force-compression=true,"
                        + "ignore-error=true,reset=false,oci-mediatypes=true,image-manifest=false")
                .to()
                .get(0);
        assertThat(all)
                .isEqualTo(
                        new CacheExport(plain.place(), true, Compression.ZSTD, OptionalInt.of(9), true, false, true));
    }

    @Test
    void anImageCarriesItsCacheWhenTold() throws Exception {
        assertThat(to("type=inline,mode=max").inline()).isTrue();
        assertThat(to("type=inline").to()).isEmpty();
        assertThat(to().inline()).isFalse();
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        refused("type=local", "needs a directory");
        refused("type=local,src=x,tag=../y", "can't be a tag");
        refused("type=local,src=x,digest=1", "is no digest");
        refused("type=local,src=x,mode=max", "unknown attribute \"mode\"");
        refused("type=gha", "type=gha is not supported");
        refused("type=s3,bucket=x", "type=s3 is not supported");
        refused("type=inline", "doesn't say which image");
        refused("type=cloud", "unknown type \"cloud\"");
        refused("ref=app", "has no type");
        refused("type=registry,ref=UPPER", "isn't an image name");
        assertThatThrownBy(() -> to("type=local,dest=x,mode=most")).hasMessageContaining("unknown mode");
        assertThatThrownBy(() -> to("type=local,dest=x,oci-mediatypes=false,image-manifest=true"))
                .hasMessageContaining("conflicts with");
        assertThatThrownBy(() -> to("type=registry,ref=a@sha256:" + "0".repeat(64)))
                .hasMessageContaining("can't be named by its digest");
    }

    private void refused(String value, String why) {
        assertThatThrownBy(() -> from(value))
                .as(value)
                .isInstanceOf(UsageError.class)
                .hasMessageContaining(why);
    }

    private Optional<Duration> ttl(String value) throws UsageError {
        return CacheFlags.parse(List.of(), List.of(), false, value, "content", console)
                .ttl();
    }

    @Test
    void resultsMayBeOfAnyAgeUnlessItIsSaid() throws UsageError {
        assertThat(CacheFlags.parse(List.of(), List.of(), false, null, "content", console)
                        .ttl())
                .isEmpty();
        assertThat(ttl("0")).contains(Duration.ZERO);
        assertThat(ttl("1h30m")).contains(Duration.ofMinutes(90));
        assertThat(ttl("7d")).contains(Duration.ofDays(7));
        for (String bad : List.of("", "7", "-1h", "soon")) {
            assertThatThrownBy(() -> ttl(bad))
                    .as(bad)
                    .isInstanceOf(UsageError.class)
                    .hasMessageContaining("--cache-ttl");
        }
    }

    @Test
    void timesCountIfTheKeyIsToBeStrict() throws Exception {
        assertThat(CacheFlags.parse(List.of(), List.of(), false, null, "strict", console)
                        .countTimes())
                .isTrue();
        assertThat(CacheFlags.parse(List.of(), List.of(), false, null, "content", console)
                        .countTimes())
                .isFalse();
        assertThatThrownBy(() -> CacheFlags.parse(List.of(), List.of(), false, null, "loose", console))
                .hasMessageContaining("--cache-key loose is unknown");
    }
}
