package io.espalier.agent.shadow;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What leaves over one connection, in order: as many messages at a time as the broker takes unacknowledged, which it says when it
 * lets a client in; the client library refuses the next one. A retained message that waits gives way to a later one of its topic, as
 * it would at the broker.
 */
final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    /** Where the broker does not take fewer. */
    private static final int MOST_UNDER_WAY = 32;

    /** Of messages that are not retained; telemetry that waits is 4 MiB then. Retained ones are one a topic. */
    static final int MOST_WAITING = 32;

    /** Reason codes of MQTT 5, section 2.4, from here on are failures. */
    private static final int FIRST_FAILURE = 0x80;

    private final Way way;
    private final int window;
    private final Deque<Outgoing> waiting = new ArrayDeque<>();
    private int underWay;
    private boolean closed;

    /** To the broker; does not wait. */
    @FunctionalInterface
    interface Way {
        void send(String topic, MqttMessage message, MqttActionListener told) throws MqttException;
    }

    private record Outgoing(String topic, MqttMessage message, MqttActionListener told) {}

    Outbox(Way way, int window) {
        this.way = way;
        this.window = window;
    }

    /** Over a client that is connected; {@code answer} is what the broker said to that. */
    static Outbox over(MqttAsyncClient client, IMqttToken answer) throws IOException {
        MqttProperties said = answer.getResponseProperties();
        Integer most = said == null ? null : said.getReceiveMaximum();
        if (most != null && most <= 0) {
            // The library takes the 16 bits for a signed number, and then publishes nothing at all.
            throw new IOException("the broker's Receive Maximum of " + (most & 0xffff)
                    + " is more than this client can read: set it to at most " + Short.MAX_VALUE);
        }
        return new Outbox(
                (topic, message, told) -> client.publish(topic, message, null, told),
                most == null ? MOST_UNDER_WAY : Math.min(MOST_UNDER_WAY, most));
    }

    /** Sends a message that nobody waits for. */
    void send(String topic, MqttMessage message) {
        send(topic, message, new Unanswered(topic));
    }

    /** {@code told} is told what the broker says, or that the connection ended before. */
    void send(String topic, MqttMessage message, MqttActionListener told) {
        String obstacle = enqueue(new Outgoing(topic, message, told));
        if (!obstacle.isEmpty()) {
            told.onFailure(null, new IOException(obstacle));
        }
    }

    /** Answers why it cannot be sent; empty when it is sent or waits. */
    private synchronized String enqueue(Outgoing next) {
        if (closed) {
            return "not connected to the broker";
        }
        if (next.message().isRetained()) {
            waiting.removeIf(
                    earlier -> earlier.message().isRetained() && earlier.topic().equals(next.topic()));
        } else if (waiting.stream().filter(each -> !each.message().isRetained()).count() >= MOST_WAITING) {
            return "the broker acknowledges nothing: " + MOST_WAITING + " messages wait";
        }
        waiting.addLast(next);
        sendWhatFits();
        return "";
    }

    private synchronized void sendWhatFits() {
        while (!closed && underWay < window && !waiting.isEmpty()) {
            Outgoing next = waiting.remove();
            underWay++;
            try {
                way.send(next.topic(), next.message(), new Counted(next.told()));
            } catch (MqttException e) {
                underWay--;
                next.told().onFailure(null, e);
            }
        }
    }

    private synchronized void answered() {
        underWay--;
        sendWhatFits();
    }

    /** What waits is not sent any more. */
    void close() {
        List<Outgoing> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(waiting);
            waiting.clear();
        }
        left.forEach(each -> each.told().onFailure(null, new IOException("the connection to the broker ended")));
    }

    /** Makes room for the next. */
    private final class Counted implements MqttActionListener {
        private final MqttActionListener told;

        Counted(MqttActionListener told) {
            this.told = told;
        }

        @Override
        public void onSuccess(IMqttToken token) {
            answered();
            told.onSuccess(token);
        }

        @Override
        public void onFailure(@Nullable IMqttToken token, Throwable failure) {
            answered();
            told.onFailure(token, failure);
        }
    }

    /** State: what a connection takes along when it ends is published again by the next one. */
    private record Unanswered(String topic) implements MqttActionListener {
        /** The library takes an acknowledgement for a success, whatever it says. */
        @Override
        public void onSuccess(IMqttToken token) {
            int[] reasons = token.getReasonCodes();
            if (reasons != null && reasons.length > 0 && reasons[0] >= FIRST_FAILURE) {
                LOG.warn(
                        String.format(Locale.ROOT, "the broker refuses %s with reason code 0x%02X", topic, reasons[0]));
            }
        }

        @Override
        public void onFailure(@Nullable IMqttToken token, Throwable failure) {}
    }
}
