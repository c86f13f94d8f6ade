package dev.jbuild.cli;

import dev.jbuild.problem.ExitCode;
import dev.jbuild.progress.Cancellation;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What Ctrl-C and a request to terminate do: the first cancels the work and leaves it a moment to clean up, the second
 * ends the program at once.
 */
final class Interrupt {
    private static final long PATIENCE_SECONDS = 10;

    private Interrupt() {}

    /** Cancels {@code cancellation} when a signal asks to stop. */
    static void cancels(Cancellation cancellation) {
        AtomicInteger seen = new AtomicInteger();
        Runnable stop = () -> {
            if (seen.incrementAndGet() > 1) {
                Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
            }
            Thread watchdog = new Thread(Interrupt::haltLater, "interrupt-watchdog");
            watchdog.setDaemon(true);
            watchdog.start();
            cancellation.cancel();
        };
        List.of("INT", "TERM", "HUP").forEach(name -> handle(name, stop));
    }

    /** Leaves Ctrl-C to the command that has the terminal. */
    static void isIgnored() {
        handle("INT", () -> {});
    }

    /** Runs {@code action} when the size of the terminal changes. */
    static void onResize(Runnable action) {
        handle("WINCH", action);
    }

    /** Ends the program. */
    static void exit(int status) {
        System.exit(status);
    }

    /** For work that doesn't heed its cancellation. */
    private static void haltLater() {
        try {
            new CountDownLatch(1).await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
    }

    /**
     * Only {@code sun.misc.Signal} tells the second Ctrl-C from the first. It is there in every JDK, but javac warns of it
     * whatever one says, so it is called by reflection.
     */
    private static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object calling = Proxy.newProxyInstance(
                    Interrupt.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), calling);
        } catch (ReflectiveOperationException e) {
            return; // reserved by the JVM (-Xrs): then the signal does what it does to any program
        }
    }
}
