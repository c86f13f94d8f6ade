package dev.jbuild.containers;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** What a container printed, from its file. */
public final class ContainerLog {
    private static final int BUFFER = 1 << 16;
    private static final long PAUSE_MILLIS = 50;

    private final Path file;

    ContainerLog(Path file) {
        this.file = file;
    }

    /**
     * A piece of what was printed.
     *
     * @param time when it was read, in RFC 3339 with nine digits, so that later times are greater as texts
     * @param error whether it was printed to standard error
     * @param whole whether a line ends with it
     * @param text without the line feed; its bytes are its chars (ISO 8859-1)
     */
    public record Piece(String time, boolean error, boolean whole, String text) {
        /** A line of the file; nothing of it is taken that the monitor wouldn't have written. */
        static Piece parse(byte[] line) throws IOException {
            int first = indexOf(line, 0);
            int second = indexOf(line, first + 1);
            if (first < 0 || second < 0 || line.length < second + 3) {
                throw new IOException("a line of it is none of a log");
            }
            String stream = new String(line, first + 1, second - first - 1, StandardCharsets.ISO_8859_1);
            return new Piece(
                    new String(line, 0, first, StandardCharsets.ISO_8859_1),
                    stream.equals("stderr"),
                    line[second + 1] == 'F',
                    new String(line, second + 3, line.length - second - 3, StandardCharsets.ISO_8859_1));
        }

        private static int indexOf(byte[] line, int from) {
            for (int i = from; i < line.length; i++) {
                if (line[i] == ' ') {
                    return i;
                }
            }
            return -1;
        }
    }

    /** Hears the log in order. */
    public interface Reader {
        void piece(Piece piece) throws IOException;
    }

    /** How many lines there are, one that isn't finished too. */
    public long countLines() throws JbuildException {
        long[] count = {0, 0};
        read(
                piece -> {
                    count[0] += piece.whole() ? 1 : 0;
                    count[1] = piece.whole() ? 0 : 1;
                },
                () -> false,
                new Cancellation());
        return count[0] + count[1];
    }

    /**
     * Reads from the beginning to the end.
     *
     * @param mayGrow whether to wait for more at the end of it
     */
    public void read(Reader reader, BooleanSupplier mayGrow, Cancellation cancellation) throws JbuildException {
        try (InputStream in = Files.newInputStream(file)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            byte[] buffer = new byte[BUFFER];
            while (true) {
                cancellation.throwIfCancelled();
                // Asked first: what was printed by then is read below.
                boolean more = mayGrow.getAsBoolean();
                int length;
                while ((length = in.read(buffer)) > 0) {
                    split(buffer, length, line, reader);
                }
                if (!more) {
                    return;
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (NoSuchFileException e) {
            // It printed nothing yet, or is being removed.
        } catch (IOException e) {
            throw new EnvironmentError("can't read the log " + file + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            cancellation.throwIfCancelled();
        }
    }

    private static void split(byte[] bytes, int length, ByteArrayOutputStream line, Reader reader) throws IOException {
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                line.write(bytes, start, i - start);
                reader.piece(Piece.parse(line.toByteArray()));
                line.reset();
                start = i + 1;
            }
        }
        line.write(bytes, start, length - start);
    }
}
