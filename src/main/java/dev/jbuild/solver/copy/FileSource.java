package dev.jbuild.solver.copy;

import dev.jbuild.problem.JbuildException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.Optional;

/** Where the content of a file comes from. */
interface FileSource {
    /** As long as the file was when it was looked at. */
    long size();

    /** Itself where this machine has it, to be copied from by the kernel and closed; not to be changed. */
    Optional<FileChannel> onDisk() throws JbuildException;

    InputStream open() throws JbuildException;
}
