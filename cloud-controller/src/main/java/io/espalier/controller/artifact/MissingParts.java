package io.espalier.controller.artifact;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What devices say they miss and what is to be sent again for it, the eldest first. A part that waits is sent once, however
 * many devices ask; one that was sent just now is not sent again; and no device makes more work than its allowance. What
 * is passed over here, a device asks for again or gets over HTTP.
 */
public final class MissingParts {
    /** A retained message that was just sent is still on its way to who asked for it. */
    static final Duration JUST_NOW = Duration.ofSeconds(3);

    /** The largest content that goes over MQTT by default, and a little more. */
    static final long ALLOWANCE_BYTES = 40L << 20;

    static final long ALLOWANCE_BYTES_PER_MINUTE = 4L << 20;

    private static final double SECONDS_PER_MINUTE = 60;
    private static final int MANY = 1024;

    private final Clock clock;
    private final Set<Part> waiting = new LinkedHashSet<>();
    private final Map<Part, Instant> sent = new HashMap<>();
    private final Map<DeviceId, Allowance> allowances = new HashMap<>();

    public MissingParts(Clock clock) {
        this.clock = clock;
    }

    /**
     * One retained message of an artifact.
     *
     * @param chunk its index; -1 for the signed release
     */
    public record Part(Sha256 artifact, int chunk) {
        private static final int RELEASE = -1;

        public static Part release(Sha256 artifact) {
            return new Part(artifact, RELEASE);
        }

        public boolean isRelease() {
            return chunk == RELEASE;
        }
    }

    /** A part and how much it is to send. */
    public record Asked(Part part, long bytes) {}

    private record Allowance(double bytes, Instant at) {
        static Allowance full(Instant now) {
            return new Allowance(ALLOWANCE_BYTES, now);
        }

        Allowance at(Instant now) {
            double grown = Duration.between(at, now).toMillis() / 1e3 * ALLOWANCE_BYTES_PER_MINUTE / SECONDS_PER_MINUTE;
            return new Allowance(Math.min(ALLOWANCE_BYTES, bytes + Math.max(0, grown)), now);
        }

        boolean isFull(Instant now) {
            return at(now).bytes() >= ALLOWANCE_BYTES;
        }

        Allowance without(long spent) {
            return new Allowance(bytes - spent, at);
        }
    }

    /** Takes in what a device asks for; returns how many parts wait now because of it. */
    public synchronized int ask(DeviceId device, List<Asked> missed) {
        Instant now = clock.instant();
        forget(now);
        Allowance left = allowances.getOrDefault(device, Allowance.full(now)).at(now);
        int taken = 0;
        for (Asked asked : missed) {
            if (waiting.contains(asked.part()) || sent.containsKey(asked.part())) {
                continue;
            }
            if (left.bytes() < asked.bytes()) {
                break;
            }
            left = left.without(asked.bytes());
            waiting.add(asked.part());
            taken++;
        }
        if (taken > 0) {
            allowances.put(device, left);
        }
        return taken;
    }

    /** The next to be sent; they wait until they {@linkplain #sent were}. */
    public synchronized List<Part> next(int most) {
        return waiting.stream().limit(most).toList();
    }

    public synchronized void sent(Collection<Part> parts) {
        Instant now = clock.instant();
        parts.forEach(part -> {
            waiting.remove(part);
            sent.put(part, now);
        });
    }

    public synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    private void forget(Instant now) {
        sent.values().removeIf(at -> !now.isBefore(at.plus(JUST_NOW)));
        if (allowances.size() > MANY) {
            allowances.values().removeIf(each -> each.isFull(now));
        }
    }
}
