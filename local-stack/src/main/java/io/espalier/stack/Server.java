package io.espalier.stack;

import java.util.Map;

/** One running server. */
interface Server extends AutoCloseable {
    /** Its part of the {@link Endpoints}. */
    Map<String, String> properties();

    /** Stops it in bounded time, keeping what it acknowledged. Idempotent. */
    @Override
    void close();
}
