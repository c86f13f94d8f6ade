package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Contexts and files from elsewhere: standard input, a server, a repository. */
class SourcesIT extends EndToEnd {
    private HttpServer server;
    private String url;

    @BeforeEach
    void serve() throws IOException {
        Files.createDirectory(temp.resolve("served"));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Path file = temp.resolve("served" + exchange.getRequestURI().getPath());
            if (!Files.isRegularFile(file)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            byte[] content = Files.readAllBytes(file);
            exchange.getResponseHeaders().add("ETag", "\"" + content.length + "\"");
            exchange.sendResponseHeaders(200, exchange.getRequestMethod().equals("HEAD") ? -1 : content.length);
            if (exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseBody().write(content);
            }
        }
    }

    private void serveFile(String name, String content) throws IOException {
        Files.writeString(temp.resolve("served").resolve(name), content);
    }

    private byte[] tar(String script) {
        return Program.shell("cd '" + temp + "' && rm -rf ctx && mkdir ctx && cd ctx && " + script + " && tar -cf - .");
    }

    private String built(String file) throws IOException {
        return Files.readString(work().resolve("out").resolve(file));
    }

    private static final String TO_OUT = "type=local,dest=out";

    @Test
    void archivesOnStandardInput() throws IOException {
        byte[] tar = tar("printf 'FROM scratch\\nCOPY . /\\n' > Buildfile && echo a > a && echo b > b"
                + " && echo b > .dockerignore");
        jbuild.run(tar, "build", "-q", "-o", TO_OUT, "-").succeeded();
        assertThat(built("a")).isEqualTo("a\n");
        assertThat(work().resolve("out/b")).doesNotExist();
    }

    @Test
    void whatAnIgnoreFileLeavesOutIsSaid() {
        write("sub/File", "FROM scratch\nCOPY . /\nCOPY --from=other . /other/\n");
        write("sub/File.dockerignore", "big\n*.log\n!keep.log\n");
        write(".dockerignore", "*\n");
        write("big/a/b", "");
        write("big/c", "");
        write("x.log", "");
        write("keep.log", "");
        write("sub/other/.dockerignore", "none\n");
        String[] build = {"build", "--progress=plain", "-f", "sub/File", "--build-context=other=sub/other", "."};
        assertThat(jbuild.run(build).succeeded().err())
                .containsPattern("\n#\\d+ \\[internal] sub/File.dockerignore left out 2 of the files and directories"
                        + " looked at\n#\\d+ DONE ")
                .contains("[internal] .dockerignore of context other left out nothing that was looked at\n");
        String[] detailed = Arrays.copyOf(build, build.length + 1);
        detailed[build.length] = "--debug";
        assertThat(jbuild.run(detailed).succeeded().err())
                .as("steps that are cached ask the rules too")
                .containsPattern("sub/File.dockerignore left out 2 of the files and directories looked at\n"
                        + "#(\\d+) [0-9.]+ +1 big\n#\\1 [0-9.]+ +1 \\*.log\n#\\1 [0-9.]+ +1 !keep.log \\(kept\\)\n");
    }

    @Test
    void compressedArchivesWithTheBuildfileElsewhereInThem() throws IOException {
        for (String compress : new String[] {"gzip", "bzip2", "xz", "zstd -q"}) {
            byte[] tar = Program.shell("cd '" + temp + "' && rm -rf ctx && mkdir -p ctx/d && cd ctx"
                    + " && printf 'FROM scratch\\nCOPY a /\\n' > d/File && echo '" + compress + "' > a"
                    + " && tar -cf - . | " + compress);
            jbuild.run(tar, "build", "-q", "-f", "d/File", "-o", TO_OUT, "-").succeeded();
            assertThat(built("a")).isEqualTo(compress + "\n");
        }
    }

    @Test
    void hostileArchivesWriteNowhereElse() throws IOException {
        Path victim = Files.createDirectory(temp.resolve("victim"));
        tar("printf 'FROM scratch\\nCOPY Buildfile /\\n' > Buildfile && ln -s '" + victim + "' link"
                + " && mkdir x && echo evil > x/evil && tar -cf ../through.tar Buildfile link"
                + " && tar --transform='s,^x/,link/,' -rf ../through.tar x/evil"
                + " && tar -P --transform='s,^x/,../../../victim/,' -cf ../up.tar x/evil");
        jbuild.run(Files.readAllBytes(temp.resolve("through.tar")), "build", "-q", "-o", TO_OUT, "-")
                .succeeded();
        assertThat(built("Buildfile")).startsWith("FROM scratch");
        assertThat(jbuild.run(Files.readAllBytes(temp.resolve("up.tar")), "build", "-")
                        .ended(1)
                        .err())
                .contains("leads out of the destination");
        assertThat(victim).isEmptyDirectory();
    }

    @Test
    void textsBehindAddresses() throws IOException {
        serveFile("Buildfile", "FROM scratch\nCOPY <<EOF /a\nhi\nEOF\n");
        jbuild.run("build", "-q", "-o", TO_OUT, url + "/Buildfile").succeeded();
        assertThat(built("a")).isEqualTo("hi\n");
        jbuild.run("build", "-q", "-f", url + "/Buildfile", "-o", TO_OUT, ".").succeeded();
        assertThat(jbuild.run("build", url + "/none").ended(1).err()).contains("invalid response status 404");
    }

    @Test
    void addedFilesAreCached() throws IOException {
        serveFile("f", "one");
        write("Buildfile", "FROM scratch\nADD --chmod=640 " + url + "/f /d/\n");
        jbuild.run("build", "-q", "-o", TO_OUT, ".").succeeded();
        assertThat(built("d/f")).isEqualTo("one");
        assertThat(jbuild.run("build", ".").succeeded().err()).contains("CACHED");
        serveFile("f", "three");
        assertThat(jbuild.run("build", "-o", TO_OUT, ".").succeeded().err()).doesNotContain("CACHED");
        assertThat(built("d/f")).isEqualTo("three");
    }

    @Test
    void repositoriesAsContexts() throws IOException {
        Program.shell("cd '" + temp + "/served' && export GIT_CONFIG_GLOBAL=/dev/null && git init -q -b main r"
                + " && cd r && mkdir d && printf 'FROM scratch\\nCOPY f .dockerignore* /\\n' > d/Buildfile"
                + " && echo 1 > d/f && git add . && git -c user.name=a -c user.email=b commit -q -m 1 && git tag v1"
                + " && echo 2 > d/f && git -c user.name=a -c user.email=b commit -q -a -m 2 && git update-server-info");
        String repository = url + "/r/.git";
        jbuild.run("build", "-q", "-o", TO_OUT, repository + "#v1:d").succeeded();
        assertThat(built("f")).isEqualTo("1\n");
        jbuild.run("build", "-q", "-o", TO_OUT, repository + "?subdir=d").succeeded();
        assertThat(built("f")).isEqualTo("2\n");
        assertThat(jbuild.run("build", repository + "#v1:d").succeeded().err()).contains("CACHED");
        assertThat(jbuild.run("build", repository + "#v2").ended(1).err())
                .contains("repository does not contain ref v2");
        write("Buildfile", "FROM scratch\nCOPY --from=src d/f /g\n");
        jbuild.run("build", "-q", "--build-context", "src=" + repository, "-o", TO_OUT, ".")
                .succeeded();
        assertThat(built("g")).isEqualTo("2\n");
        jbuild.run("prune", "--all", "--force").succeeded();
        assertThat(jbuild.root().resolve("git")).isDirectoryNotContaining(Files::isDirectory);
    }
}
