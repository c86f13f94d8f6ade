package dev.jbuild.context.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The proxies that a user's environment names, as curl and Go's programs read them.
 *
 * @param http for plain HTTP; {@code host:port} with or without {@code http://}
 * @param https for HTTPS
 * @param except what is spoken to directly: hosts, domains, addresses and ranges of them, or {@code *}
 * @param variables all of these as environment variables, for programs that are started
 */
public record Proxies(
        Optional<String> http, Optional<String> https, List<String> except, Map<String, String> variables) {
    private static final List<String> NAMES = List.of("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY");
    private static final Pattern ADDRESS =
            Pattern.compile("(?:https?://)?(?:[^@/]*@)?(\\[[^]]+]|[^:/]+)(?::(\\d+))?/?.*");

    /** Asks no proxy. */
    public static final Proxies NONE = of(Map.of());

    public Proxies {
        except = List.copyOf(except);
        variables = Map.copyOf(variables);
    }

    /** Reads them from these variables, in lower or upper case; the former win. */
    public static Proxies of(Map<String, String> environment) {
        Map<String, String> variables = new LinkedHashMap<>();
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : NAMES) {
            for (String spelled : List.of(name, name.toLowerCase(Locale.ROOT))) {
                String value = environment.getOrDefault(spelled, "").strip();
                if (!value.isEmpty()) {
                    variables.put(spelled, value);
                    values.put(name, value);
                }
            }
        }
        List<String> except = new ArrayList<>();
        for (String host : values.getOrDefault("NO_PROXY", "").split("[,\\s]+", -1)) {
            if (!host.isEmpty()) {
                except.add(host.toLowerCase(Locale.ROOT));
            }
        }
        Optional<String> all = Optional.ofNullable(values.get("ALL_PROXY"));
        return new Proxies(
                Optional.ofNullable(values.get("HTTP_PROXY")).or(() -> all),
                Optional.ofNullable(values.get("HTTPS_PROXY")).or(() -> all),
                except,
                variables);
    }

    /** Chooses among them for Java's HTTP client. */
    public ProxySelector selector() {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(proxyFor(uri).map(Proxies::proxy).orElse(Proxy.NO_PROXY));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException problem) {}
        };
    }

    private static Proxy proxy(InetSocketAddress address) {
        return new Proxy(Proxy.Type.HTTP, address);
    }

    /** The proxy to ask for this address; nothing if it is spoken to directly. */
    Optional<InetSocketAddress> proxyFor(URI uri) {
        Optional<String> proxy = "https".equalsIgnoreCase(uri.getScheme()) ? https : http;
        String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
        if (proxy.isEmpty() || new Hosts(except).contains(host, uri.getPort())) {
            return Optional.empty();
        }
        Matcher address = ADDRESS.matcher(proxy.get());
        if (!address.matches()) {
            return Optional.empty();
        }
        String port = address.group(2);
        return Optional.of(new InetSocketAddress(address.group(1), port == null ? 80 : Integer.parseInt(port)));
    }
}
