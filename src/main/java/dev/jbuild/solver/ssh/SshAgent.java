package dev.jbuild.solver.ssh;

import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** Something that signs with SSH keys when asked. Safe for use by many threads. */
public interface SshAgent {
    /** Begins a conversation with one client. */
    Conversation begin() throws IOException;

    /** Requests and their answers, one after the other. */
    interface Conversation extends AutoCloseable {
        /** @param request a message of the agent protocol without its length */
        byte[] answer(byte[] request) throws IOException;

        @Override
        void close() throws IOException;
    }

    /**
     * The agent that files mean: one socket of an agent, or one or more private keys.
     *
     * @throws UserError if they don't exist, are something else, or are keys that can't be used
     */
    static SshAgent of(List<Path> files) throws UserError {
        List<SshKey> keys = new ArrayList<>();
        for (Path file : files) {
            if (isSocket(file)) {
                if (files.size() > 1) {
                    throw new UserError("only one socket of an SSH agent can be given, and no keys with it: " + file);
                }
                return new ForwardedAgent(file);
            }
            keys.add(KeyFile.read(file));
        }
        return new KeyAgent(keys);
    }

    private static boolean isSocket(Path file) throws UserError {
        try {
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
            return attributes.isOther();
        } catch (IOException e) {
            throw new UserError("the SSH key or agent socket " + file + " can't be read: " + e.getMessage(), e);
        }
    }
}
