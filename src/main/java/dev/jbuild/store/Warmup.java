package dev.jbuild.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.SQLException;
import java.util.UUID;

/**
 * Loads what every use of a store needs of libraries, in a thread of its own. That takes a sixth of a cached build, and can go on
 * while the command line is being read.
 */
public final class Warmup {
    private Warmup() {}

    /** Returns at once. */
    public static void begin() {
        Thread thread = new Thread(Warmup::load, "warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    private static void load() {
        try {
            new ObjectMapper().createObjectNode();
            Database.prepare();
            UUID.randomUUID();
        } catch (SQLException | RuntimeException | LinkageError ignored) {
            // who needs it fails in its turn, and tells
        }
    }
}
