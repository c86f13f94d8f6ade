package dev.jbuild.layer;

import java.io.IOException;

/** A file's content isn't as long as its entry says. */
public final class FileChanged extends IOException {
    private static final long serialVersionUID = 1;

    FileChanged(String message) {
        super(message);
    }
}
