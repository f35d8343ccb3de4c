package io.espalier.agent.delivery;

import java.time.Duration;

/** How much silence ends each way to a part: subscribe, subscribe again, ask, then HTTP. */
record Patience(Duration subscribed, Duration subscribedAgain, Duration asked) {
    static final Patience USUAL = new Patience(Duration.ofSeconds(4), Duration.ofSeconds(8), Duration.ofSeconds(8));

    long nanos(Part.Stage stage) {
        Duration patience = switch (stage) {
            case SUBSCRIBED -> subscribed;
            case SUBSCRIBED_AGAIN -> subscribedAgain;
            case ASKED -> asked;
        };
        return patience.toNanos();
    }
}
