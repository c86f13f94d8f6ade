package dev.jbuild.registry;

import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.JbuildException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Credentials in the files of docker and podman, and in the helper programs that these files name. */
public final class CredentialFiles {
    private final List<Path> files;

    public CredentialFiles(List<Path> files) {
        this.files = List.copyOf(files);
    }

    /** The credential for a repository: the most specific one of the first file that has any. */
    public Optional<Credential> find(ImageReference repository) throws JbuildException {
        throw new UnsupportedOperationException(repository.toString() + files);
    }

    /** Keeps a credential in a file, mode 0600, without touching what else stands there. */
    public static void store(Path file, String domain, Credential credential) throws JbuildException {
        throw new UnsupportedOperationException(file + domain + credential);
    }

    /** Forgets a credential. Returns whether there was one. */
    public static boolean erase(Path file, String domain) throws JbuildException {
        throw new UnsupportedOperationException(file + domain);
    }
}
