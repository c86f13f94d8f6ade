package dev.jbuild.context.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.context.BuildSecrets;
import dev.jbuild.context.TransferListener;
import dev.jbuild.context.http.HttpSource.Fetched;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.CollectionRequest;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpSourceTest {
    private static final String MODIFIED = "Tue, 14 Nov 2023 22:16:41 GMT";

    @TempDir
    private Path temporary;

    private FileServer server;
    private Store store;

    @BeforeEach
    void open() throws IOException, JbuildException {
        server = new FileServer();
        store = Store.open(temporary.resolve("store"));
    }

    @AfterEach
    void close() {
        server.close();
        store.close();
    }

    /** Each build has a source of its own. */
    private HttpSource newBuild() {
        return new HttpSource(store, Proxies.NONE, BuildSecrets.NONE);
    }

    private Fetched fetch(String path) throws JbuildException {
        return fetch(path, Optional.empty());
    }

    private Fetched fetch(String path, Optional<Digest> checksum) throws JbuildException {
        return newBuild().fetch(server.url(path), checksum, TransferListener.NONE, new Cancellation());
    }

    private static Digest digest(String content) {
        return Digest.sha256(content.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void downloadsAndSaysWhenItChanged() throws Exception {
        server.put("/f", "content", "Last-Modified", MODIFIED);
        Fetched file = fetch("/f");
        assertThat(file).isEqualTo(new Fetched(digest("content"), 7, Optional.of(Instant.ofEpochSecond(1700000201))));
        assertThat(store.blobs().read(file.content())).asString().isEqualTo("content");
    }

    @Test
    void tellsHowFarItIs() throws Exception {
        server.put("/f", "content");
        List<String> told = new ArrayList<>();
        newBuild()
                .fetch(
                        server.url("/f"),
                        Optional.empty(),
                        (item, current, total, done) -> told.add(current + "/" + total + " " + done),
                        new Cancellation());
        assertThat(told).containsExactly("7/7 false", "7/7 true");
    }

    @Test
    void anUnchangedFileIsOnlyAskedAbout() throws Exception {
        server.put("/f", "content", "ETag", "\"a\"");
        fetch("/f");
        assertThat(fetch("/f").content()).isEqualTo(digest("content"));
        assertThat(server.asked).containsExactly("GET /f", "HEAD /f if not \"a\"");
    }

    @Test
    void weakTagsAreAsGood() throws Exception {
        server.put("/f", "content", "ETag", "W/\"a\"");
        fetch("/f");
        fetch("/f");
        assertThat(server.asked).containsExactly("GET /f", "HEAD /f if not \"a\"");
    }

    @Test
    void aChangedFileIsDownloadedAgain() throws Exception {
        server.put("/f", "old", "ETag", "\"a\"");
        fetch("/f");
        server.put("/f", "new", "ETag", "\"b\"");
        assertThat(fetch("/f").content()).isEqualTo(digest("new"));
        assertThat(server.asked).containsExactly("GET /f", "HEAD /f if not \"a\"", "GET /f if not \"a\"");
    }

    @Test
    void withoutATagTheTimeIsAskedAbout() throws Exception {
        server.put("/f", "content", "Last-Modified", MODIFIED);
        fetch("/f");
        assertThat(fetch("/f").content()).isEqualTo(digest("content"));
        assertThat(server.asked).containsExactly("GET /f", "GET /f if since " + MODIFIED);
    }

    @Test
    void aBuildAsksOnce() throws Exception {
        server.put("/f", "content");
        HttpSource build = newBuild();
        for (int i = 0; i < 3; i++) {
            build.fetch(server.url("/f"), Optional.empty(), TransferListener.NONE, new Cancellation());
        }
        assertThat(server.asked).containsExactly("GET /f");
    }

    @Test
    void aPinnedFileThatIsThereIsNotAskedAbout() throws Exception {
        server.put("/f", "content");
        fetch("/f", Optional.of(digest("content")));
        fetch("/f", Optional.of(digest("content")));
        assertThat(server.asked).containsExactly("GET /f");
    }

    @Test
    void anotherFileThanPinned() {
        server.put("/f", "content");
        assertThatThrownBy(() -> fetch("/f", Optional.of(digest("other"))))
                .isInstanceOf(UserError.class)
                .hasMessage("digest mismatch for " + server.url("/f") + ": " + digest("content") + " (expected: "
                        + digest("other") + ")");
    }

    @Test
    void longerDigestsAreCheckedToo() throws Exception {
        server.put("/f", "content");
        Digest right = Digest.parse("sha512:b2d1d285b5199c85f988d03649c37e44fd3dde01e5d69c50fef90651962f48110e9340b60d"
                + "49a479c4c0b53f5f07d690686dd87d2481937a512e8b85ee7c617f");
        assertThat(fetch("/f", Optional.of(right)).content()).isEqualTo(digest("content"));
        Digest wrong = new Digest("sha512", "0".repeat(128));
        assertThatThrownBy(() -> fetch("/f", Optional.of(wrong)))
                .hasMessageContaining("digest mismatch for " + server.url("/f") + ": " + right);
    }

    @Test
    void whatIsNotThere() {
        assertThatThrownBy(() -> fetch("/gone"))
                .isInstanceOf(RemoteError.class)
                .hasMessage("failed to load " + server.url("/gone") + ": invalid response status 404");
    }

    @Test
    void nobodyListens() throws Exception {
        String url = server.url("/f");
        server.close();
        assertThatThrownBy(() -> newBuild().fetch(url, Optional.empty(), TransferListener.NONE, new Cancellation()))
                .isInstanceOf(RemoteError.class)
                .hasMessage("failed to load " + url + ": connection refused");
    }

    @Test
    void redirectsAreFollowed() throws Exception {
        server.answer("/a", 302, "Location", "/b");
        server.put("/b", "content");
        assertThat(fetch("/a").content()).isEqualTo(digest("content"));
    }

    @Test
    void redirectsInACircle() {
        server.answer("/a", 302, "Location", "/a");
        assertThatThrownBy(() -> fetch("/a"))
                .isInstanceOf(RemoteError.class)
                .hasMessageContaining("more than 10 times");
    }

    @Test
    void redirectsToOtherKindsOfAddress() {
        server.answer("/a", 302, "Location", "file:///etc/passwd");
        assertThatThrownBy(() -> fetch("/a")).isInstanceOf(RemoteError.class).hasMessageContaining("no HTTP address");
    }

    @Test
    void secretsOpenTheirHostOnly() throws Exception {
        server.answer("/a", 302, "Location", server.url("/b").replace("127.0.0.1", "localhost"));
        server.put("/b", "content");
        BuildSecrets secrets = id -> id.equals("HTTP_AUTH_TOKEN_127.0.0.1") ? Optional.of("t\n") : Optional.empty();
        new HttpSource(store, Proxies.NONE, secrets)
                .fetch(server.url("/a"), Optional.empty(), TransferListener.NONE, new Cancellation());
        assertThat(server.asked).containsExactly("GET /a as Bearer t", "GET /b");
    }

    @Test
    void passwordsAreUsedButNotShown() {
        String url = server.url("/gone").replace("//", "//me:secret@");
        assertThatThrownBy(() -> newBuild().fetch(url, Optional.empty(), TransferListener.NONE, new Cancellation()))
                .hasMessageContaining("//me:xxxxx@127.0.0.1");
        assertThat(server.asked).containsExactly("GET /gone as Basic bWU6c2VjcmV0");
    }

    @Test
    void namesWithSpaces() throws Exception {
        server.put("/a b", "content");
        assertThat(fetch("/a b").content()).isEqualTo(digest("content"));
        assertThat(server.asked).containsExactly("GET /a%20b");
    }

    @Test
    void aCancelledBuildDownloadsNothing() {
        server.put("/f", "content");
        Cancellation cancelled = new Cancellation();
        cancelled.cancel();
        assertThatThrownBy(() -> newBuild().fetch(server.url("/f"), Optional.empty(), TransferListener.NONE, cancelled))
                .isInstanceOf(BuildCancelled.class);
        assertThat(server.asked).isEmpty();
    }

    @Test
    void collectionKeepsWhatARecordNames() throws Exception {
        server.put("/f", "content", "ETag", "\"a\"");
        Digest content = fetch("/f").content();
        store.collect(CollectionRequest.unreachable("test"));
        assertThat(store.blobs().has(content)).isTrue();
    }

    @Test
    void aLostFileIsDownloadedAgain() throws Exception {
        server.put("/f", "content", "ETag", "\"a\"");
        java.nio.file.Files.delete(store.blobs().path(fetch("/f").content()));
        fetch("/f");
        assertThat(server.asked).containsExactly("GET /f", "GET /f");
    }
}
