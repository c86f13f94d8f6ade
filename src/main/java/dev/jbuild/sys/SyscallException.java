package dev.jbuild.sys;

import java.io.IOException;

/** A system call failed; carries its name, what it was called with and the error number. */
public final class SyscallException extends IOException {
    private static final long serialVersionUID = 1;

    private final String call;
    private final String arguments;
    private final Errno errno;

    SyscallException(String call, String arguments, Errno errno) {
        super(call + " " + arguments + ": " + errno.description());
        this.call = call;
        this.arguments = arguments;
        this.errno = errno;
    }

    public String call() {
        return call;
    }

    public String arguments() {
        return arguments;
    }

    public Errno errno() {
        return errno;
    }

    public boolean is(Errno other) {
        return errno == other;
    }
}
