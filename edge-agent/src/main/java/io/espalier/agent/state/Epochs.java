package io.espalier.agent.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;

/** Draws epochs that only grow: over restarts, over a clock set back, and (by the clock) over a reinstall. */
public final class Epochs {
    private final AtomicFile file;
    private final Clock clock;

    public Epochs(Path file, Clock clock) {
        this.file = AtomicFile.at(file);
        this.clock = clock;
    }

    /** A larger epoch than any drawn before and than {@code seen}; durable when this returns. */
    public synchronized long drawAbove(long seen) throws IOException {
        long epoch = Math.max(Math.max(last(), seen) + 1, clock.millis());
        file.write(Long.toString(epoch).getBytes(StandardCharsets.US_ASCII));
        return epoch;
    }

    private long last() {
        try {
            return file.read()
                    .map(bytes -> Long.parseLong(new String(bytes, StandardCharsets.US_ASCII).trim()))
                    .orElse(0L);
        } catch (NumberFormatException | IOException e) {
            return 0; // The clock is what remains.
        }
    }
}
