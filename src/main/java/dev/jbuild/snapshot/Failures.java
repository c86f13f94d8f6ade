package dev.jbuild.snapshot;

import dev.jbuild.fs.MissingIds;
import dev.jbuild.layer.MalformedArchive;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.SyscallException;
import java.io.IOException;

/** Says what an I/O failure of this room means to people. */
final class Failures {
    private Failures() {}

    static JbuildException of(String what, IOException e) {
        String sentence = what + ": " + e.getMessage();
        if (e instanceof MalformedArchive) {
            return new UserError(sentence, e);
        }
        if (!(e instanceof SyscallException failed)) {
            return new EnvironmentError(sentence, e);
        }
        return switch (failed.errno()) {
            case ENAMETOOLONG, EEXIST, ENOTDIR, ELOOP, ENOENT -> new UserError(sentence, e);
            case EROFS -> new EnvironmentError(sentence, e, "choose a store on a writable file system with --root");
            case EACCES, EPERM -> new EnvironmentError(sentence, e, "see what this machine allows: jbuild doctor");
            case EINVAL, EOVERFLOW ->
                new EnvironmentError(
                        sentence, e, MissingIds.hint(failed).stream().toArray(String[]::new));
            default -> new EnvironmentError(sentence, e);
        };
    }
}
