package io.espalier.agent.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One caller's requests, answered one after the other until it goes, errs or takes too long. */
final class Connection implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final Duration FAREWELL = Duration.ofSeconds(1);
    private static final long NEVER = Long.MAX_VALUE;

    private final Socket socket;
    private final Limits limits;
    private final AtomicLong freeBodyBytes;
    private final Handler handler;
    private final boolean forOneAnswer;
    private volatile long answerDueNanos = NEVER;

    /** {@code forOneAnswer}: this caller is only told why it is not served. */
    Connection(Socket socket, Limits limits, AtomicLong freeBodyBytes, Handler handler, boolean forOneAnswer) {
        this.socket = socket;
        this.limits = limits;
        this.freeBodyBytes = freeBodyBytes;
        this.handler = handler;
        this.forOneAnswer = forOneAnswer;
    }

    @Override
    public void run() {
        BodyRoom room = new BodyRoom(freeBodyBytes);
        try (socket) {
            socket.setTcpNoDelay(true);
            TimedInput in = new TimedInput(socket);
            OutputStream out = socket.getOutputStream();
            RequestReader reader = new RequestReader(in, out, limits, room);
            boolean more = true;
            while (more) {
                in.allow(forOneAnswer ? FAREWELL : limits.idle());
                more = in.hasMore() && one(reader, room, in, out);
                room.giveBack();
            }
        } catch (IOException e) {
            // The caller went, said nothing for long, or did not take its answer: nobody is left to tell.
        } finally {
            room.giveBack();
        }
    }

    /** Answers whether another request may follow. */
    private boolean one(RequestReader reader, BodyRoom room, TimedInput in, OutputStream out) throws IOException {
        in.allow(forOneAnswer ? FAREWELL : limits.request());
        RequestReader.Head head;
        byte[] body;
        try {
            head = reader.head();
            body = forOneAnswer ? new byte[0] : reader.body(head);
        } catch (RequestRefusedException e) {
            return last(e.reply(), room, in, out);
        } catch (SocketTimeoutException e) {
            return last(
                    Reply.error(
                            408,
                            "the request did not come whole within "
                                    + limits.request().toMillis() + " ms"),
                    room,
                    in,
                    out);
        }
        boolean isHead = head.method().equals("HEAD");
        Reply reply = answer(new Request(isHead ? "GET" : head.method(), head.path(), head.headers(), body));
        if (forOneAnswer) {
            return last(reply, room, in, out);
        }
        // The room is the answer's now: behind a small one another large request may follow at once.
        room.keep(reply.body().length);
        write(reply, isHead, head.persistent(), out);
        return head.persistent();
    }

    private Reply answer(Request request) {
        try {
            return handler.answer(request);
        } catch (RequestRefusedException e) {
            return e.reply();
        } catch (RuntimeException e) {
            LOG.error("serving {} {} failed", request.method(), request.path(), e);
            return Reply.error(500, "internal error: " + e);
        }
    }

    /**
     * Whoever still sends must be heard out for a moment, or the system takes the answer back from it; the room for its
     * request is others' by then.
     */
    private boolean last(Reply reply, BodyRoom room, TimedInput in, OutputStream out) throws IOException {
        room.giveBack();
        write(reply, false, false, out);
        socket.shutdownOutput();
        in.allow(FAREWELL);
        in.discard(limits.bodyBytes());
        return false;
    }

    private void write(Reply reply, boolean withoutBody, boolean persistent, OutputStream out) throws IOException {
        StringBuilder head = new StringBuilder(256)
                .append("HTTP/1.1 ")
                .append(reply.status())
                .append(' ')
                .append(reply.status() < 400 ? "OK" : "Refused")
                .append("\r\nContent-Type: ")
                .append(reply.contentType())
                .append("\r\nContent-Length: ")
                .append(reply.body().length)
                .append("\r\n");
        for (Map.Entry<String, String> header : reply.headers().entrySet()) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        head.append(persistent ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
        byte[] start = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        int bodyBytes = withoutBody ? 0 : reply.body().length;
        byte[] whole = new byte[start.length + bodyBytes];
        System.arraycopy(start, 0, whole, 0, start.length);
        System.arraycopy(reply.body(), 0, whole, start.length, bodyBytes);
        answerDueNanos = System.nanoTime() + limits.reply().toNanos();
        try {
            out.write(whole);
        } finally {
            answerDueNanos = NEVER;
        }
    }

    /** Ends it where the caller has not taken an answer in time: a blocking write has no time limit of its own. */
    void endIfOverdue(long nowNanos) {
        long due = answerDueNanos;
        if (due != NEVER && nowNanos - due > 0) {
            end();
        }
    }

    void end() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is as closed as it can be.
        }
    }
}
