package dev.jbuild.solver.copy;

import dev.jbuild.problem.JbuildException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** Where the content of a file comes from. */
interface FileSource {
    /** As long as the file was when it was looked at. */
    long size();

    /** Where this machine has it, to be copied from by the kernel; not to be changed. */
    Optional<Path> onDisk() throws JbuildException;

    InputStream open() throws JbuildException;
}
