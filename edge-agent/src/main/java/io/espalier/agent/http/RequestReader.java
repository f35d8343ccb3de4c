package io.espalier.agent.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one request after the other from a connection.
 *
 * <p><i>Source:</i> RFC 9112, sections 3 to 7. Whatever two programs could understand differently is refused: two lengths, a
 * length besides chunks, a folded header.
 */
final class RequestReader {
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int FIRST_BODY_BYTES = 64 << 10;
    private static final byte[] NO_BODY = {};

    private final TimedInput in;
    private final OutputStream out;
    private final Limits limits;
    private final BodyRoom room;

    RequestReader(TimedInput in, OutputStream out, Limits limits, BodyRoom room) {
        this.in = in;
        this.out = out;
        this.limits = limits;
        this.room = room;
    }

    /** A request line with the headers that follow it. */
    record Head(String method, String path, boolean persistent, Map<String, String> headers) {}

    Head head() throws IOException, RequestRefusedException {
        int left = limits.headBytes();
        String line = headLine(left);
        left -= line.length() + 2;
        String[] words = line.split(" ", -1);
        if (words.length != 3 || words[0].isEmpty() || !words[2].startsWith("HTTP/")) {
            throw new RequestRefusedException(400, "\"" + brief(line) + "\" is not a request line of HTTP/1.1");
        }
        if (!words[2].equals("HTTP/1.1") && !words[2].equals("HTTP/1.0")) {
            throw new RequestRefusedException(505, brief(words[2]) + " is not spoken here, use HTTP/1.1");
        }
        Map<String, String> headers = new HashMap<>();
        for (line = headLine(left); !line.isEmpty(); line = headLine(left)) {
            left -= line.length() + 2;
            header(line, headers);
        }
        String connection = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
        boolean persistent =
                words[2].equals("HTTP/1.1") ? !connection.contains("close") : connection.contains("keep-alive");
        return new Head(words[0], path(words[1]), persistent, headers);
    }

    private String headLine(int most) throws IOException, RequestRefusedException {
        String line = most < 0 ? null : in.line(most);
        if (line == null) {
            throw new RequestRefusedException(
                    431, "the request line and the headers have more than " + limits.headBytes() + " bytes");
        }
        return line;
    }

    private static void header(String line, Map<String, String> headers) throws RequestRefusedException {
        int colon = line.indexOf(':');
        String name = line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
        if (colon < 1 || name.chars().anyMatch(letter -> letter <= ' ' || letter > '~')) {
            throw new RequestRefusedException(400, "\"" + brief(line) + "\" is not a header");
        }
        String value = line.substring(colon + 1).trim();
        String before = headers.put(name, value);
        if (before != null) {
            if (name.equals("content-length") || name.equals("transfer-encoding")) {
                throw new RequestRefusedException(400, "the request has two headers \"" + name + "\"");
            }
            headers.put(name, before + ", " + value);
        }
    }

    private static String path(String target) throws RequestRefusedException {
        try {
            String path = target.startsWith("/") && target.indexOf('%') < 0 && target.indexOf('?') < 0
                    ? target
                    : URI.create(target).getPath();
            if (path != null) {
                return path;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new RequestRefusedException(400, "\"" + brief(target) + "\" is not a path");
    }

    /** The body; the room it takes must be given back. */
    byte[] body(Head head) throws IOException, RequestRefusedException {
        String encoding = head.headers().get("transfer-encoding");
        String length = head.headers().get("content-length");
        if (encoding != null && length != null) {
            throw new RequestRefusedException(400, "Content-Length and Transfer-Encoding exclude each other");
        }
        if (encoding != null && !encoding.equalsIgnoreCase("chunked")) {
            throw new RequestRefusedException(501, "Transfer-Encoding " + brief(encoding) + ": only chunked is read");
        }
        if (encoding == null && (length == null || length.equals("0"))) {
            return NO_BODY;
        }
        int bytes = encoding == null ? length(length) : limits.bodyBytes();
        room.take(bytes);
        if ("100-continue".equalsIgnoreCase(head.headers().get("expect"))) {
            out.write(CONTINUE);
        }
        return encoding == null ? exactly(bytes) : chunked();
    }

    private int length(@Nullable String length) throws RequestRefusedException {
        try {
            if (length != null && length.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
                long bytes = Long.parseLong(length);
                if (bytes > limits.bodyBytes()) {
                    throw tooLarge();
                }
                return (int) bytes;
            }
        } catch (NumberFormatException e) {
            throw tooLarge();
        }
        throw new RequestRefusedException(400, "Content-Length " + length + " is not a number of bytes");
    }

    private RequestRefusedException tooLarge() {
        return new RequestRefusedException(
                413,
                "the request has more than the " + limits.bodyBytes() + " bytes a body may have, send fewer samples");
    }

    private byte[] exactly(int bytes) throws IOException {
        byte[] body = new byte[bytes];
        in.read(body, 0, bytes);
        return body;
    }

    private byte[] chunked() throws IOException, RequestRefusedException {
        byte[] body = new byte[Math.min(FIRST_BODY_BYTES, limits.bodyBytes())];
        int size = 0;
        while (true) {
            int chunk = chunkSize();
            if (chunk == 0) {
                while (!headLine(limits.headBytes()).isEmpty()) {}
                return Arrays.copyOf(body, size);
            }
            if (chunk > limits.bodyBytes() - size) {
                throw tooLarge();
            }
            if (size + chunk > body.length) {
                body = Arrays.copyOf(body, (int) Math.min(limits.bodyBytes(), 2L * (size + chunk)));
            }
            in.read(body, size, chunk);
            size += chunk;
            if (!headLine(limits.headBytes()).isEmpty()) {
                throw new RequestRefusedException(400, "a chunk is longer than it says");
            }
        }
    }

    private int chunkSize() throws IOException, RequestRefusedException {
        String line = headLine(limits.headBytes());
        int semicolon = line.indexOf(';');
        String digits = (semicolon < 0 ? line : line.substring(0, semicolon)).trim();
        try {
            if (digits.length() <= 8 && !digits.startsWith("+") && !digits.startsWith("-")) {
                return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(digits, 16));
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new RequestRefusedException(400, "\"" + brief(line) + "\" is not the size of a chunk");
    }

    private static String brief(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }
}
