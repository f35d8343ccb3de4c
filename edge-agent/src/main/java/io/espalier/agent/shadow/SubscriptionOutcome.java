package io.espalier.agent.shadow;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What the broker says to one subscription, in words. */
final class SubscriptionOutcome {
    /** Reason codes of MQTT 5, section 3.9.3; all from the first on are refusals. */
    private static final int FIRST_REFUSAL = 0x80;

    private static final int NOT_AUTHORISED = 0x87;

    private SubscriptionOutcome() {}

    /** Throws unless the broker granted the topic, which it has to say. */
    static void requireGranted(String topic, int @Nullable [] reasons) throws IOException {
        if (reasons == null || reasons.length == 0) {
            throw new IOException("the broker does not say whether it grants the subscription to " + topic);
        }
        if (reasons[0] == NOT_AUTHORISED) {
            throw new IOException("the broker's rules do not let this device subscribe to " + topic + " (reason code "
                    + NOT_AUTHORISED + ")");
        }
        if (reasons[0] >= FIRST_REFUSAL) {
            throw new IOException(
                    "the broker refuses the subscription to " + topic + " with reason code " + reasons[0]);
        }
    }
}
