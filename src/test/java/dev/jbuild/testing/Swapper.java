package dev.jbuild.testing;

import java.io.IOException;
import java.nio.file.Path;

/** A hostile process: it exchanges two names with each other as fast as it can, until it is closed. */
public final class Swapper implements AutoCloseable {
    private static final String PROGRAM = """
            import ctypes, sys
            libc = ctypes.CDLL(None, use_errno=True)
            one, other = sys.argv[1].encode(), sys.argv[2].encode()
            print('ready', flush=True)
            while libc.renameat2(-100, one, -100, other, 2) == 0:
                pass
            print('stopped', flush=True)
            """;

    private final Process process;

    /** Returns once it does. */
    public Swapper(Path one, Path other) throws IOException {
        process = new ProcessBuilder("python3", "-c", PROGRAM, one.toString(), other.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (process.getInputStream().read() != 'r') {
            throw new IOException("the swapper doesn't start");
        }
    }

    /** Whether nothing has kept it from going on. */
    public boolean isRunning() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
