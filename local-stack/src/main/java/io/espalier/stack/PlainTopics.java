package io.espalier.stack;

import io.espalier.tls.TopicRights;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import java.util.regex.Pattern;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.jspecify.annotations.Nullable;

/**
 * Ends the connection of a device that names a topic with characters no topic of ours has.
 *
 * <p>To Artemis some of them mean more than MQTT says: {@code ::} names a queue, perhaps another client's, and a shared
 * subscription ({@code $share}) can be called as another client's queue is, which the broker deletes when it refuses the
 * subscription. The broker makes this itself, by name.
 */
public final class PlainTopics implements MQTTInterceptor {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_/+#-]*");

    /** For the broker. */
    public PlainTopics() {}

    @Override
    public boolean intercept(MqttMessage packet, RemotingConnection connection) {
        return isController(connection) || isPlain(packet);
    }

    static boolean isPlain(MqttMessage packet) {
        if (packet instanceof MqttConnectMessage connect) {
            return isPlain(connect.payload().willTopic());
        }
        if (packet instanceof MqttPublishMessage publish) {
            return isPlain(publish.variableHeader().topicName());
        }
        return !(packet instanceof MqttSubscribeMessage subscribe)
                || subscribe.payload().topicSubscriptions().stream()
                        .allMatch(subscription -> isPlain(subscription.topicFilter()));
    }

    private static boolean isPlain(@Nullable String topic) {
        return topic == null || PLAIN.matcher(topic).matches();
    }

    /** Nobody is before his connect was answered. */
    private static boolean isController(RemotingConnection connection) {
        return MqttGuard.clientOf(connection.getSubject())
                .filter(client -> new TopicRights(client.subject()).isController())
                .isPresent();
    }
}
