/**
 * The registry port over HTTP. The only package that knows Jib, which speaks to the credential helpers.
 *
 * <p>Manifests and blobs go through the JDK's HTTP client, because exact bytes, any media type, kept connections, waits
 * that a registry asks for and downloads taken up where they were cut matter here. {@code Transport} sends one request,
 * {@code Caller} adds authentication, redirects and retries, {@code HttpRegistryClient} knows the calls of the
 * distribution specification.
 *
 * <p>Loopback registries are spoken to in plain text first, insecure ones by TLS first, all others by verified TLS only.
 */
@NullMarked
package dev.jbuild.registry.jib;

import org.jspecify.annotations.NullMarked;
