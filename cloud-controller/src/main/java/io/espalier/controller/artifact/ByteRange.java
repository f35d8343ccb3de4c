package io.espalier.controller.artifact;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a body, its first byte to its last.
 *
 * <p><i>Source</i>: RFC 9110, sections 14.1.2 and 14.2.
 */
public record ByteRange(long first, long last) {
    private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    public ByteRange {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("Bytes " + first + " to " + last + " are not a range");
        }
    }

    /** A header that asks for bytes that are not there. */
    public static final class UnsatisfiableException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * The part of a body that a Range header asks for; none where all of it is to be sent, as for a header that is none, or
     * asks for several parts.
     */
    public static Optional<ByteRange> asked(String header, long bodyBytes) throws UnsatisfiableException {
        Matcher matcher = ONE.matcher(header.trim());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String from = matcher.group(1);
        String to = matcher.group(2);
        if (from.isEmpty() && to.isEmpty() || !from.isEmpty() && !to.isEmpty() && number(to) < number(from)) {
            return Optional.empty();
        }
        long first = from.isEmpty() ? Math.max(0, bodyBytes - number(to)) : number(from);
        if (first >= bodyBytes) {
            throw new UnsatisfiableException();
        }
        long last = from.isEmpty() || to.isEmpty() ? bodyBytes - 1 : Math.min(bodyBytes - 1, number(to));
        return Optional.of(new ByteRange(first, last));
    }

    private static long number(String digits) {
        return Long.parseLong(digits);
    }

    public long bytes() {
        return last - first + 1;
    }
}
