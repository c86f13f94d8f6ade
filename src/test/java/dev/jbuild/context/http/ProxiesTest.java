package dev.jbuild.context.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxiesTest {
    private static String proxy(Map<String, String> environment, String url) {
        return Proxies.of(environment)
                .proxyFor(URI.create(url))
                .map(address -> address.getHostString() + ":" + address.getPort())
                .orElse("none");
    }

    @Test
    void eachSchemeHasItsOwn() {
        Map<String, String> environment = Map.of("HTTP_PROXY", "http://a:1", "https_proxy", "b:2/");
        assertThat(proxy(environment, "http://example.com/")).isEqualTo("a:1");
        assertThat(proxy(environment, "https://example.com/")).isEqualTo("b:2");
    }

    @Test
    void oneForAll() {
        assertThat(proxy(Map.of("ALL_PROXY", "http://u:p@proxy.example.com"), "https://example.com/"))
                .isEqualTo("proxy.example.com:80");
    }

    @Test
    void noneIsNeeded() {
        assertThat(proxy(Map.of("HTTP_PROXY", ""), "http://example.com/")).isEqualTo("none");
        assertThat(Proxies.NONE.variables()).isEmpty();
    }

    @Test
    void programsGetThemAsTheyWere() {
        assertThat(Proxies.of(Map.of("http_proxy", "a:1", "NO_PROXY", "b", "OTHER", "c"))
                        .variables())
                .isEqualTo(Map.of("http_proxy", "a:1", "NO_PROXY", "b"));
    }

    @ParameterizedTest
    @CsvSource({
        "*, http://example.com/, true",
        "example.com, http://example.com/, true",
        "example.com, http://EXAMPLE.com/, true",
        "example.com, http://www.example.com/, true",
        "example.com, http://badexample.com/, false",
        ".example.com, http://www.example.com/, true",
        ".example.com, http://example.com/, false",
        "*.example.com, http://www.example.com/, true",
        "other.org example.com, http://example.com/, true",
        "'other.org, example.com', http://example.com/, true",
        "example.com:80, http://example.com:80/, true",
        "example.com:80, http://example.com:81/, false",
        "10.0.0.0/8, http://10.1.2.3/, true",
        "10.0.0.0/8, http://11.1.2.3/, false",
        "10.0.0.0/8, http://example.com/, false",
        "10.0.0.0/99, http://10.1.2.3/, false",
        "fd00::/8, 'http://[fd12::1]/', true",
        "x, http://localhost/, true",
        "x, http://127.0.0.5/, true",
        "x, 'http://[::1]/', true",
    })
    void exceptions(String noProxy, String url, boolean direct) {
        assertThat(proxy(Map.of("HTTP_PROXY", "a:1", "NO_PROXY", noProxy), url)).isEqualTo(direct ? "none" : "a:1");
    }
}
