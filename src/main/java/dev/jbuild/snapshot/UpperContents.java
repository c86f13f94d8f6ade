package dev.jbuild.snapshot;

import dev.jbuild.problem.JbuildException;
import java.io.IOException;
import java.io.InputStream;

/** The contents of the files of an upper directory. */
@FunctionalInterface
interface UpperContents {
    InputStream open(UpperEntry file) throws IOException, JbuildException;
}
