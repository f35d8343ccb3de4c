package io.espalier.agent.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A caller's bytes, each waited for until one deadline only, however slowly they come. For one thread. */
final class TimedInput {
    private static final int BUFFER_BYTES = 16 << 10;

    private final Socket socket;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int next;
    private int end;
    private long deadlineNanos;

    TimedInput(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /** From now on a read waits so long, all reads together. */
    void allow(Duration time) {
        deadlineNanos = System.nanoTime() + time.toNanos();
    }

    /** Waits for a first byte; false where the caller has gone instead. */
    boolean hasMore() throws IOException {
        return next < end || fill();
    }

    private boolean fill() throws IOException {
        next = 0;
        end = 0;
        awaitAtMostUntilDeadline();
        int read = in.read(buffer);
        end = Math.max(0, read);
        return read > 0;
    }

    private void awaitAtMostUntilDeadline() throws IOException {
        long millis = (deadlineNanos - System.nanoTime() + 999_999) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException("too slow");
        }
        socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, millis));
    }

    /** The next line without its end; null where it has more than {@code most} bytes. */
    @Nullable
    String line(int most) throws IOException {
        StringBuilder longer = new StringBuilder();
        while (true) {
            if (!hasMore()) {
                throw new EOFException("the caller went in the middle of a request");
            }
            int from = next;
            int limit = Math.min(end, from + most + 2 - longer.length());
            while (next < limit && buffer[next] != '\n') {
                next++;
            }
            longer.append(new String(buffer, from, next - from, StandardCharsets.ISO_8859_1));
            if (next < limit) {
                next++;
                int last = longer.length() - 1;
                if (last >= 0 && longer.charAt(last) == '\r') {
                    longer.setLength(last);
                }
                return longer.length() > most ? null : longer.toString();
            }
            if (longer.length() > most + 1) {
                return null;
            }
        }
    }

    /** Fills {@code target} from {@code offset} on with exactly so many bytes. */
    void read(byte[] target, int offset, int length) throws IOException {
        int copied = Math.min(length, end - next);
        System.arraycopy(buffer, next, target, offset, copied);
        next += copied;
        while (copied < length) {
            awaitAtMostUntilDeadline();
            int read = in.read(target, offset + copied, length - copied);
            if (read < 0) {
                throw new EOFException("the caller went in the middle of a body");
            }
            copied += read;
        }
    }

    /** Throws away what still comes, up to so many bytes. */
    void discard(long most) throws IOException {
        long left = most;
        while (left > 0 && hasMore()) {
            left -= end - next;
            next = end;
        }
    }
}
