package dev.jbuild.bench;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.graph.Bases;
import dev.jbuild.graph.BuildGraph;
import dev.jbuild.graph.GraphBuilder;
import dev.jbuild.graph.GraphOptions;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Parsing, expanding and graph building of a Buildfile of 5,000 lines: 50 stages, each of which copies from the one before. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class GraphBenchmark {
    private static final int STAGES = 50;
    private static final int LINES_OF_STAGE = 100;
    private static final Platform PLATFORM = new Platform("linux", "amd64");

    private String text = "";
    private Buildfile parsed;

    @Setup
    public void write() throws JbuildException {
        StringBuilder file = new StringBuilder("ARG VERSION=1.2.3\n");
        for (int stage = 0; stage < STAGES; stage++) {
            stage(stage, file);
        }
        text = file.toString();
        parsed = Buildfile.parse("Buildfile", text);
    }

    private static void stage(int stage, StringBuilder file) {
        file.append("FROM busybox:${VERSION} AS s").append(stage).append('\n');
        file.append("ARG VERSION\n");
        for (int line = 2; line < LINES_OF_STAGE; line++) {
            switch (line % 6) {
                case 0 -> file.append("ENV V").append(line).append("=\"${VERSION%.*}-$PATH\"\n");
                case 1 -> file.append("RUN --mount=type=cache,target=/c,id=$VERSION make ").append(line).append(" && true\n");
                case 2 -> file.append("COPY --chown=1:2 src/${VERSION}/").append(line).append(" /dst/\n");
                case 3 -> file.append("LABEL l").append(line).append("=\"a b\" m=${VERSION//./-}\n");
                case 4 -> file.append("WORKDIR /w/").append(line).append('\n');
                default -> file.append(
                        stage == 0 ? "USER u\n" : "COPY --from=s" + (stage - 1) + " /dst /src" + line + "\n");
            }
        }
    }

    @Benchmark
    public Buildfile parse() throws JbuildException {
        return Buildfile.parse("Buildfile", text);
    }

    @Benchmark
    public BuildGraph build() throws JbuildException {
        return GraphBuilder.build(parsed, GraphOptions.of(PLATFORM), new Busybox());
    }

    @Benchmark
    public BuildGraph parseAndBuild() throws JbuildException {
        return GraphBuilder.build(Buildfile.parse("Buildfile", text), GraphOptions.of(PLATFORM), new Busybox());
    }

    /** Every image is the same. */
    private record Busybox() implements Bases {
        private static final Digest MANIFEST = Digest.sha256(new byte[] {1});

        @Override
        public Base resolve(ImageReference reference, Platform platform) {
            return new Base(reference, MANIFEST, ImageConfig.empty(platform));
        }

        @Override
        public Optional<NamedContext> named(String name, Platform platform) {
            return Optional.empty();
        }
    }

    public static void main(String[] args) throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(GraphBenchmark.class.getSimpleName())
                        .build())
                .run();
    }
}
