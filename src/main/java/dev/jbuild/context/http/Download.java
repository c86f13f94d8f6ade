package dev.jbuild.context.http;

import dev.jbuild.context.TransferListener;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;

/** One file on its way into the store. */
@SuppressWarnings("try") // registrations are held, not used
record Download(BlobStore blobs, String url, TransferListener listener, Cancellation cancellation) {
    private static final int BLOCK = 1 << 16;

    Descriptor receive(HttpResponse<InputStream> answer) throws JbuildException {
        String shown = HttpAddress.shown(url);
        long total = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
        try (BlobStore.Ingest ingest = blobs.ingest();
                InputStream body = answer.body();
                Cancellation.Registration registration = cancellation.onCancel(() -> HttpExchange.close(answer))) {
            long done = copy(body, ingest.output(), shown, total);
            Descriptor content = ingest.commit("");
            listener.transferred(shown, done, total, true);
            return content;
        } catch (IOException e) {
            cancellation.throwIfCancelled();
            throw HttpFailures.of(shown, e);
        }
    }

    private long copy(InputStream from, OutputStream to, String shown, long total) throws IOException, JbuildException {
        byte[] block = new byte[BLOCK];
        long done = 0;
        for (int read = from.read(block); read >= 0; read = from.read(block)) {
            cancellation.throwIfCancelled();
            store(to, block, read);
            done += read;
            listener.transferred(shown, done, total, false);
        }
        return done;
    }

    private static void store(OutputStream to, byte[] block, int length) throws JbuildException {
        try {
            to.write(block, 0, length);
        } catch (IOException e) {
            throw new EnvironmentError(
                    "a download can't be stored: " + e.getMessage(), e, "is the disk of the store full?");
        }
    }
}
