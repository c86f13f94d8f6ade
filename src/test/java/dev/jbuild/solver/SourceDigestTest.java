package dev.jbuild.solver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.context.DirectoryContext;
import dev.jbuild.context.IgnoreFile;
import dev.jbuild.context.ModePolicy;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.Digest;
import dev.jbuild.snapshot.Capture;
import dev.jbuild.snapshot.Captured;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class SourceDigestTest {
    @TempDir
    private Path files;

    private Path file;

    @BeforeEach
    void make() throws IOException {
        file = Files.writeString(Files.createDirectory(files.resolve("d")).resolve("f"), "text");
    }

    private record Made(Path directory, LayerSummary summary, LayerIndex index) implements StoredLayer {}

    private Digest context(ModePolicy modes) throws Exception {
        return SourceDigest.of(modes.applied(DirectoryContext.open(files, IgnoreFile.none())), RawPath.of("d"));
    }

    private Digest stage() throws Exception {
        Captured captured = Capture.capture(files, LayerStack.EMPTY.view());
        LayerStack stack = LayerStack.EMPTY.plus(new Made(files, captured.summary(), captured.index()));
        return SourceDigest.of(new StackTree(stack), RawPath.of("d"));
    }

    @Test
    void theOwnersOfAStageCountAndThoseOfAContextDoNot() throws Exception {
        Digest context = context(ModePolicy.EXACT);
        Digest stage = stage();
        Files.setAttribute(file, "unix:uid", 7);
        assertThat(context(ModePolicy.EXACT)).isEqualTo(context);
        assertThat(stage()).isNotEqualTo(stage);
    }

    @Test
    void timesNeverCount() throws Exception {
        Digest context = context(ModePolicy.EXACT);
        Digest stage = stage();
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        assertThat(context(ModePolicy.EXACT)).isEqualTo(context);
        assertThat(stage()).isEqualTo(stage);
    }

    @Test
    void modesCountAsThePolicySays() throws Exception {
        Files.setAttribute(file, "unix:mode", 0600);
        Digest exact = context(ModePolicy.EXACT);
        Digest git = context(ModePolicy.GIT);
        Files.setAttribute(file, "unix:mode", 0644);
        assertThat(context(ModePolicy.EXACT)).isNotEqualTo(exact);
        assertThat(context(ModePolicy.GIT)).isEqualTo(git);
        Files.setAttribute(file, "unix:mode", 0744);
        assertThat(context(ModePolicy.GIT)).isNotEqualTo(git);
    }
}
