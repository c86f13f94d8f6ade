package dev.jbuild.cli;

import dev.jbuild.sandbox.Sandbox;

/** Passes on what a process prints, as it comes. */
record PassedOutput(Console console) implements Sandbox.Output {
    @Override
    public void stdout(byte[] bytes, int length) {
        console.out().write(bytes, 0, length);
        console.out().flush();
    }

    @Override
    public void stderr(byte[] bytes, int length) {
        console.err().write(bytes, 0, length);
        console.err().flush();
    }

    @Override
    public void notice(String text) {
        console.err().println("WARNING: " + text);
    }
}
