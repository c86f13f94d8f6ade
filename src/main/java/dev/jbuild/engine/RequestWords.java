package dev.jbuild.engine;

import dev.jbuild.builds.BuildRecord.Request;
import dev.jbuild.graph.Op;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import java.nio.file.Path;

/** What was asked for, in the words of a build's record. */
final class RequestWords {
    private RequestWords() {}

    static Request of(BuildRequest request) {
        return new Request(
                buildfile(request.buildfile()),
                context(request.context()),
                request.target().orElse(""),
                request.platforms().stream().map(Platform::toString).toList(),
                request.tags().stream().map(ImageReference::familiar).toList());
    }

    private static String buildfile(BuildfileSource source) {
        if (source instanceof BuildfileSource.Given given) {
            return given.text().path().map(Path::toString).orElse(given.text().name());
        }
        return source instanceof BuildfileSource.InContext inside
                ? inside.name().orElse("")
                : Op.Git.shown(((BuildfileSource.Remote) source).url());
    }

    private static String context(ContextSource source) {
        if (source instanceof ContextSource.Directory directory) {
            return directory.path().toAbsolutePath().normalize().toString();
        }
        return source instanceof ContextSource.Remote remote ? Op.Git.shown(remote.address()) : "-";
    }
}
