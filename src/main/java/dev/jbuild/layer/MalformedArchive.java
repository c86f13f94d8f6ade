package dev.jbuild.layer;

import java.io.IOException;

/** An archive that isn't a whole and valid tar. The message is a sentence for people. */
public final class MalformedArchive extends IOException {
    private static final long serialVersionUID = 1;

    MalformedArchive(String what) {
        super(what);
    }
}
