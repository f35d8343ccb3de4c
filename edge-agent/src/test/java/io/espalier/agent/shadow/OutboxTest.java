package io.espalier.agent.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttToken;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final int CONNECTION_LOST = 32109;
    private static final int IN_FLIGHT_LIMIT = 32202;

    private final List<String> sent = new ArrayList<>();
    private final Deque<MqttActionListener> underWay = new ArrayDeque<>();
    private final List<String> failed = new ArrayList<>();
    /** Refuses as the client library does. */
    private final Outbox outbox = new Outbox(
            (topic, message, told) -> {
                if (underWay.size() == 2) {
                    throw new MqttException(IN_FLIGHT_LIMIT);
                }
                underWay.add(told);
                sent.add(text(message));
            },
            2);

    @Test
    void sendsNoMoreThanTheBrokerTakesAndTheRestAsItAcknowledges() {
        for (int i = 1; i <= 5; i++) {
            send("t", "m" + i, false);
        }
        assertThat(sent).containsExactly("m1", "m2");

        acknowledge();
        assertThat(sent).containsExactly("m1", "m2", "m3");

        underWay.remove().onFailure(new MqttToken(), new MqttException(CONNECTION_LOST));
        acknowledge();
        assertThat(sent).containsExactly("m1", "m2", "m3", "m4", "m5");
        assertThat(failed).containsExactly("m2");
    }

    @Test
    void holdsNoMoreForABrokerThatAcknowledgesNothing() {
        for (int i = 0; i < 2 + Outbox.MOST_WAITING; i++) {
            send("t", "m", false);
        }
        assertThat(failed).isEmpty();

        send("t", "late", false);
        send("t", "state", true);
        assertThat(failed).containsExactly("late");

        while (!underWay.isEmpty()) {
            acknowledge();
        }
        assertThat(sent).hasSize(2 + Outbox.MOST_WAITING + 1).last().isEqualTo("state");
    }

    @Test
    void aRetainedMessageThatWaitsGivesWayToALaterOneOfItsTopic() {
        send("a", "m1", true);
        send("a", "m2", true);
        send("a", "m3", true);
        send("b", "m4", true);
        send("a", "m5", false);
        send("a", "m6", true);

        while (!underWay.isEmpty()) {
            acknowledge();
        }

        assertThat(sent).containsExactly("m1", "m2", "m4", "m5", "m6");
    }

    @Test
    void saysOfWhatWaitsThatItDoesNotLeaveAnyMore() {
        for (int i = 1; i <= 3; i++) {
            send("t", "m" + i, false);
        }

        outbox.close();
        acknowledge();
        send("t", "m4", false);

        assertThat(sent).containsExactly("m1", "m2");
        assertThat(failed).containsExactly("m3", "m4");
    }

    private void acknowledge() {
        underWay.remove().onSuccess(new MqttToken());
    }

    private void send(String topic, String text, boolean retained) {
        MqttMessage message = new MqttMessage(text.getBytes(StandardCharsets.UTF_8));
        message.setRetained(retained);
        outbox.send(topic, message, new MqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {}

            @Override
            public void onFailure(@Nullable IMqttToken token, Throwable failure) {
                failed.add(text);
            }
        });
    }

    private static String text(MqttMessage message) {
        return new String(message.getPayload(), StandardCharsets.UTF_8);
    }
}
