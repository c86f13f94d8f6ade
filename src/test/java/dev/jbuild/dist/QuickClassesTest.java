package dev.jbuild.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class QuickClassesTest {
    @TempDir
    static Path directory;

    /** The sample alone, its rewritten form, and a library of old classes. */
    @BeforeAll
    static void rewrite() throws Exception {
        Path compiled = Path.of(
                Sample.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path from = Files.createDirectories(directory.resolve("from/dev/jbuild/dist"));
        try (DirectoryStream<Path> classes =
                Files.newDirectoryStream(compiled.resolve("dev/jbuild/dist"), "Sample*.class")) {
            for (Path file : classes) {
                Files.copy(file, from.resolve(file.getFileName()));
            }
        }
        Path library = Path.of(CommandLine.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Files.copy(library, Files.createDirectories(directory.resolve("lib")).resolve("old.jar"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "src/main/dist/QuickClasses.java",
                        directory.resolve("from").toString(),
                        directory.resolve("to").toString(),
                        directory.resolve("lib").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    @Test
    void lambdasAndRecordsDoWhatTheyDid() throws Exception {
        List<Object> before = results("from");

        List<Object> after = results("to");

        assertThat(after).usingRecursiveComparison().isEqualTo(before);
        assertThat(after).hasSizeGreaterThan(30);
    }

    @Test
    void nothingOfThemIsLeftToTheStart() throws IOException {
        try (DirectoryStream<Path> made =
                Files.newDirectoryStream(directory.resolve("to/dev/jbuild/dist"), "Sample$*Lambda*.class")) {
            assertThat(made).hasSizeGreaterThan(20);
        }
        byte[] rewritten = Files.readAllBytes(directory.resolve("to/dev/jbuild/dist/Sample.class"));
        assertThat(new String(rewritten, StandardCharsets.ISO_8859_1)).doesNotContain("LambdaMetafactory");
    }

    @Test
    void oldLibrariesAreLifted() throws Exception {
        Path jar = directory.resolve("lib/old.jar");
        try (ZipFile zip = new ZipFile(jar.toFile());
                InputStream in = zip.getInputStream(zip.getEntry("picocli/CommandLine.class"))) {
            assertThat(in.readNBytes(8)).endsWith(0, 61);
        }
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            // Verifies it.
            assertThat(Class.forName("picocli.CommandLine", true, loader)).isNotNull();
        }
    }

    @SuppressWarnings("unchecked")
    private List<Object> results(String classes) throws Exception {
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {directory.resolve(classes).toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            Object sample = Class.forName("dev.jbuild.dist.Sample", true, loader)
                    .getConstructor()
                    .newInstance();
            return ((Supplier<List<Object>>) sample).get();
        }
    }
}
