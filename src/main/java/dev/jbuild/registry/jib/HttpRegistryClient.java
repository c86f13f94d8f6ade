package dev.jbuild.registry.jib;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.RawJson;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.registry.RegistryClient;
import dev.jbuild.registry.jib.Caller.Call;
import dev.jbuild.registry.jib.Transport.Body;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The calls of the OCI distribution specification for one repository. */
final class HttpRegistryClient implements RegistryClient {
    private static final int LONGEST_MANIFEST = 16 << 20;
    private static final String SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1";
    private static final String ACCEPT = String.join(
            ", ", MediaTypes.OCI_INDEX, MediaTypes.DOCKER_INDEX, MediaTypes.OCI_MANIFEST, MediaTypes.DOCKER_MANIFEST);

    private final Caller caller;
    private final String path;
    private final List<String> pull;
    private final List<String> push;

    HttpRegistryClient(Caller caller, ImageReference repository) {
        this.caller = caller;
        this.path = repository.path();
        this.pull = List.of("repository:" + path + ":pull");
        this.push = List.of("repository:" + path + ":pull,push");
    }

    @Override
    public Fetched pullManifest(ImageReference reference) throws JbuildException {
        String wanted = reference.digest().map(Digest::toString).orElseGet(() -> tag(reference));
        Call call = get("manifest of " + reference.familiar(), "/manifests/" + wanted, Map.of("Accept", ACCEPT));
        HttpResponse<InputStream> response = caller.call(call);
        if (response.statusCode() != 200) {
            throw caller.refused(call, response);
        }
        String mediaType = mediaType(response);
        if (mediaType.startsWith(SCHEMA_1)) {
            close(response);
            throw new RemoteError(
                    reference.familiar() + " is stored in the old schema 1 format, which jbuild doesn't read",
                    "push the image again with a current tool");
        }
        byte[] bytes = read(response, call);
        if (reference.digest().isPresent()) {
            verify(bytes, reference.digest().get(), call);
        } else {
            verifyHeader(bytes, response, call);
        }
        return new Fetched(mediaType, new RawJson(bytes));
    }

    private static String tag(ImageReference reference) {
        return reference.tag().orElse("latest");
    }

    private static String mediaType(HttpResponse<InputStream> response) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    private byte[] read(HttpResponse<InputStream> response, Call call) throws JbuildException {
        try (InputStream body = response.body()) {
            byte[] bytes = body.readNBytes(LONGEST_MANIFEST + 1);
            if (bytes.length > LONGEST_MANIFEST) {
                throw new RemoteError("registry " + caller.domain() + " sent too long a " + call.what());
            }
            return bytes;
        } catch (IOException e) {
            throw caller.unreachable(e);
        }
    }

    private void verify(byte[] bytes, Digest expected, Call call) throws JbuildException {
        byte[] found = expected.newMessageDigest().digest(bytes);
        if (!java.util.HexFormat.of().formatHex(found).equals(expected.hex())) {
            throw new RemoteError(
                    "registry " + caller.domain() + " sent a wrong " + call.what() + ": its digest isn't " + expected);
        }
    }

    private void verifyHeader(byte[] bytes, HttpResponse<InputStream> response, Call call) throws JbuildException {
        Optional<String> header = response.headers().firstValue("Docker-Content-Digest");
        if (header.isPresent()) {
            try {
                verify(bytes, Digest.parse(header.get()), call);
            } catch (IllegalArgumentException e) {
                throw new RemoteError(
                        "registry " + caller.domain() + " sent a malformed digest for the " + call.what(), e);
            }
        }
    }

    @Override
    public InputStream pullBlob(Descriptor descriptor) throws JbuildException {
        return new ResumingBlob(caller, blobCall("GET", descriptor), descriptor.size());
    }

    @Override
    public boolean hasBlob(Descriptor descriptor) throws JbuildException {
        Call call = blobCall("HEAD", descriptor);
        HttpResponse<InputStream> response = caller.call(call);
        if (response.statusCode() == 404) {
            close(response);
            return false;
        }
        if (response.statusCode() != 200) {
            throw caller.refused(call, response);
        }
        close(response);
        return true;
    }

    private Call blobCall(String method, Descriptor descriptor) {
        return new Call(
                method,
                "blob " + descriptor.digest() + " of " + path,
                URI.create("/v2/" + path + "/blobs/" + descriptor.digest()),
                Map.of(),
                Optional.empty(),
                method.equals("GET") ? pull : push);
    }

    @Override
    public boolean mountBlob(Descriptor descriptor, String fromRepository) throws JbuildException {
        Call call = new Call(
                "POST",
                "an upload to " + path,
                URI.create("/v2/" + path + "/blobs/uploads/?mount="
                        + encode(descriptor.digest().toString()) + "&from=" + encode(fromRepository)),
                Map.of(),
                Optional.empty(),
                List.of(push.get(0), "repository:" + fromRepository + ":pull"));
        HttpResponse<InputStream> response = caller.call(call);
        close(response);
        if (response.statusCode() == 202) {
            cancelUpload(call, response);
        }
        return response.statusCode() == 201;
    }

    /** The registry began an upload instead; it needn't wait for it. */
    private void cancelUpload(Call begun, HttpResponse<InputStream> response) throws JbuildException {
        Optional<String> location = response.headers().firstValue("Location");
        if (location.isPresent()) {
            URI upload = upload(response, location.get());
            close(caller.call(new Call("DELETE", begun.what(), upload, Map.of(), Optional.empty(), push)));
        }
    }

    @Override
    public void pushBlob(Descriptor descriptor, Content content) throws JbuildException {
        Call begin = new Call(
                "POST",
                "an upload to " + path,
                URI.create("/v2/" + path + "/blobs/uploads/"),
                Map.of(),
                Optional.empty(),
                push);
        RemoteError lost = new RemoteError("blob " + descriptor.digest() + " can't be uploaded to " + caller.domain());
        for (int attempt = 0; attempt < 3; attempt++) {
            HttpResponse<InputStream> begun = caller.call(begin);
            if (begun.statusCode() == 201) {
                close(begun);
                return;
            }
            if (begun.statusCode() != 202) {
                throw caller.refused(begin, begun);
            }
            close(begun);
            Call put = put(descriptor, content, location(begun, begin));
            HttpResponse<InputStream> done = caller.call(put);
            if (done.statusCode() == 201 || done.statusCode() == 204) {
                close(done);
                return;
            }
            lost = caller.refused(put, done);
            if (done.statusCode() != 404 && done.statusCode() != 416) {
                throw lost;
            }
            // The upload session is gone, as after a restart of the registry: begin another.
        }
        throw lost;
    }

    private URI location(HttpResponse<InputStream> begun, Call begin) throws JbuildException {
        return upload(
                begun,
                begun.headers()
                        .firstValue("Location")
                        .orElseThrow(() -> new RemoteError(
                                "registry " + caller.domain() + " doesn't say where to send " + begin.what())));
    }

    private URI upload(HttpResponse<InputStream> begun, String location) throws JbuildException {
        try {
            return begun.uri().resolve(location);
        } catch (IllegalArgumentException e) {
            throw new RemoteError(
                    "registry " + caller.domain() + " gives an upload the malformed address \"" + location + "\"", e);
        }
    }

    private Call put(Descriptor descriptor, Content content, URI upload) {
        String separator = upload.getRawQuery() == null ? "?" : "&";
        return new Call(
                "PUT",
                "blob " + descriptor.digest() + " of " + path,
                URI.create(upload + separator + "digest="
                        + encode(descriptor.digest().toString())),
                Map.of("Content-Type", "application/octet-stream"),
                Optional.of(new Body(descriptor.size(), content)),
                push);
    }

    @Override
    public void pushManifest(ImageReference reference, String mediaType, byte[] bytes) throws JbuildException {
        Digest digest = Digest.sha256(bytes);
        String name = reference.tag().orElse(digest.toString());
        Call call = new Call(
                "PUT",
                "manifest of " + reference.familiar(),
                URI.create("/v2/" + path + "/manifests/" + name),
                Map.of("Content-Type", mediaType),
                Optional.of(new Body(bytes.length, () -> new ByteArrayInputStream(bytes))),
                push);
        HttpResponse<InputStream> response = caller.call(call);
        if (response.statusCode() != 201 && response.statusCode() != 200 && response.statusCode() != 202) {
            throw caller.refused(call, response);
        }
        close(response);
        Optional<String> stored = response.headers().firstValue("Docker-Content-Digest");
        if (stored.isPresent()
                && stored.get().startsWith("sha256:")
                && !stored.get().equals(digest.toString())) {
            throw new RemoteError(
                    "registry " + caller.domain() + " stored another manifest than it was sent: " + stored.get());
        }
    }

    private Call get(String what, String suffix, Map<String, String> headers) {
        return new Call("GET", what, URI.create("/v2/" + path + suffix), headers, Optional.empty(), pull);
    }

    private void close(HttpResponse<InputStream> response) throws JbuildException {
        try (InputStream body = response.body()) {
            // Reading it to the end is what lets the connection be used again.
            body.readNBytes(1 << 16);
        } catch (IOException e) {
            throw caller.unreachable(e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        caller.close();
    }
}
