package dev.jbuild.graph;

import dev.jbuild.problem.UserError;

/**
 * Paths of images for Windows. Inside of a build they are written with slashes and without the letter of the drive, which
 * can only be {@code C:}; in a configuration with backslashes.
 */
final class WindowsPaths {
    private WindowsPaths() {}

    /** A path with slashes, without the drive; what follows {@code C:} may be relative. */
    static String slashed(String path) throws UserError {
        String slashed = path.replace('\\', '/');
        if (slashed.startsWith("//")) {
            throw new UserError("UNC paths are not supported: " + path, "name a directory of the drive C:");
        }
        int colon = slashed.indexOf(':');
        if (colon < 0) {
            return slashed;
        }
        if (slashed.length() == 2) {
            throw new UserError("No relative path specified in \"" + path + "\"", "the root directory is C:\\");
        }
        if (!slashed.substring(0, colon).equalsIgnoreCase("c")) {
            throw new UserError(
                    "The specified path is not on the system drive (C:): " + path,
                    "only this drive is part of an image");
        }
        return slashed.substring(colon + 1);
    }

    /** As a configuration names a directory. */
    static String written(String slashed) {
        return slashed.replace('/', '\\');
    }
}
