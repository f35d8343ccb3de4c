package io.espalier.agent.delivery;

import java.time.Duration;

/** How long each way to a part is given before the next is taken: subscribe, subscribe again, ask, then HTTP. */
record Patience(Duration subscribed, Duration subscribedAgain, Duration asked) {
    static final Patience USUAL = new Patience(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(4));

    long nanos(Part.Stage stage) {
        Duration patience = switch (stage) {
            case SUBSCRIBED -> subscribed;
            case SUBSCRIBED_AGAIN -> subscribedAgain;
            case ASKED -> asked;
        };
        return patience.toNanos();
    }
}
