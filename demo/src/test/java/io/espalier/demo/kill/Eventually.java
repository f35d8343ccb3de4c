package io.espalier.demo.kill;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Asks again until there is an answer; for states of other processes, which no signal announces. */
final class Eventually {
    private static final long PAUSE_NANOS = 25_000_000;

    private Eventually() {}

    /** What may fail while the process that is asked is away. */
    interface Question<T> {
        Optional<T> ask() throws Exception;
    }

    /** The answer, once there is one; an error that says what was waited for when patience ends. */
    static <T> T get(String what, Duration patience, Question<T> question) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Optional<T> answer = question.ask();
            if (answer.isPresent()) {
                return answer.get();
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Waited " + patience.toSeconds() + " s in vain until " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
