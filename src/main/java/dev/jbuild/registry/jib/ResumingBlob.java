package dev.jbuild.registry.jib;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.registry.jib.Caller.Call;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A blob as it comes from the registry. When the connection is cut, the rest is asked for. */
final class ResumingBlob extends InputStream {
    private static final int MOST_CUTS = 5;

    private final Caller caller;
    private final Call call;
    private final long size;
    private @Nullable InputStream body;
    private long position;
    private int cuts;
    private boolean closed;

    ResumingBlob(Caller caller, Call call, long size) throws JbuildException {
        this.caller = caller;
        this.call = call;
        this.size = size;
        HttpResponse<InputStream> response = caller.call(call);
        if (response.statusCode() != 200) {
            throw caller.refused(call, response);
        }
        try {
            use(response.body());
        } catch (IOException e) {
            throw caller.unreachable(e);
        }
    }

    private void use(InputStream stream) throws IOException {
        body = stream;
        caller.inFlight().add(stream);
    }

    private void drop() throws IOException {
        InputStream old = body;
        body = null;
        if (old != null) {
            caller.inFlight().remove(old);
            old.close();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (true) {
            try {
                int count = readBody(buffer, offset, length);
                if (count > 0) {
                    position += count;
                    return count;
                }
                if (position >= size) {
                    return -1;
                }
                throw new EOFException("it ended after " + position + " of " + size + " bytes");
            } catch (IOException e) {
                resume(e);
            }
        }
    }

    private int readBody(byte[] buffer, int offset, int length) throws IOException {
        InputStream stream = body;
        if (stream == null) {
            throw new IOException("closed");
        }
        return stream.read(buffer, offset, length);
    }

    private void resume(IOException cut) throws IOException {
        if (closed || caller.inFlight().isClosed() || ++cuts > MOST_CUTS) {
            throw cut;
        }
        try {
            drop();
            Map<String, String> headers = new HashMap<>(call.headers());
            headers.put("Range", "bytes=" + position + "-");
            HttpResponse<InputStream> response = caller.call(
                    new Call(call.method(), call.what(), call.target(), headers, call.body(), call.scopes()));
            if (response.statusCode() != 206 && response.statusCode() != 200) {
                throw caller.refused(call, response);
            }
            use(response.body());
            if (response.statusCode() == 200) {
                response.body().skipNBytes(position);
            }
        } catch (JbuildException e) {
            cut.addSuppressed(e);
            throw cut;
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        drop();
    }
}
