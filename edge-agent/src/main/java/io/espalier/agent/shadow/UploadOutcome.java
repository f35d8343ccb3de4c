package io.espalier.agent.shadow;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.jspecify.annotations.Nullable;

/** What the broker says to one upload, in words. */
final class UploadOutcome implements MqttActionListener {
    /** Reason codes of MQTT 5, section 3.4.2.1; all from the second on are failures. */
    private static final int NOBODY_LISTENS = 0x10;

    private static final int FIRST_FAILURE = 0x80;
    private static final int NOT_AUTHORISED = 0x87;

    private final String topic;
    private final CompletableFuture<Void> told = new CompletableFuture<>();

    UploadOutcome(String topic) {
        this.topic = topic;
    }

    String topic() {
        return topic;
    }

    CompletableFuture<Void> told() {
        return told;
    }

    @Override
    public void onSuccess(IMqttToken token) {
        answered(reason(token));
    }

    @Override
    public void onFailure(@Nullable IMqttToken token, Throwable failure) {
        int reason = token == null ? 0 : reason(token);
        if (reason == 0) {
            told.completeExceptionally(failure);
        } else {
            answered(reason);
        }
    }

    /** Said by the broker itself. */
    void answered(int reason) {
        if (reason == NOBODY_LISTENS) {
            fail("the controller takes no telemetry at the moment");
        } else if (reason == NOT_AUTHORISED) {
            fail("the broker's rules do not let this device publish to " + topic);
        } else if (reason >= FIRST_FAILURE) {
            fail("the broker refuses " + topic + " with reason code " + reason);
        } else {
            told.complete(null);
        }
    }

    private void fail(String why) {
        told.completeExceptionally(new IOException(why));
    }

    private static int reason(IMqttToken token) {
        int[] reasons = token.getReasonCodes();
        return reasons == null || reasons.length == 0 ? 0 : reasons[0];
    }
}
