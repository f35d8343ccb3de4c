package io.espalier.agent.http;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** The part of the memory for bodies that one connection holds. */
final class BodyRoom {
    private final AtomicLong free;
    private long taken;

    BodyRoom(AtomicLong free) {
        this.free = free;
    }

    void take(long bytes) throws RequestRefusedException {
        if (free.addAndGet(-bytes) < 0) {
            free.addAndGet(bytes);
            throw new RequestRefusedException(
                    503, "too many large requests at once, try again", Map.of("Retry-After", "1"));
        }
        taken += bytes;
    }

    /** Gives back what is beyond so many bytes. */
    void keep(long bytes) {
        long beyond = Math.max(0, taken - bytes);
        free.addAndGet(beyond);
        taken -= beyond;
    }

    void giveBack() {
        keep(0);
    }
}
