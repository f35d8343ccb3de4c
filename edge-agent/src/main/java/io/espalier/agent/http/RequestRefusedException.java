package io.espalier.agent.http;

import java.util.Map;

/** A request that cannot be answered as asked; the reason goes to the caller. */
public final class RequestRefusedException extends Exception {
    private final int status;
    private final String reason;
    private final Map<String, String> headers;

    public RequestRefusedException(int status, String reason) {
        this(status, reason, Map.of());
    }

    /** {@code headers} say more to a program: which methods are allowed, when to try again. */
    public RequestRefusedException(int status, String reason, Map<String, String> headers) {
        super(reason);
        this.status = status;
        this.reason = reason;
        this.headers = Map.copyOf(headers);
    }

    public String reason() {
        return reason;
    }

    public Reply reply() {
        return Reply.error(status, reason).with(headers);
    }
}
