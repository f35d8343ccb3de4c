package io.espalier.controller.device.adapter;

import io.espalier.controller.access.KeyFile;
import io.espalier.proto.DeviceId;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Where an enrolled agent connects, and as whom. Its MQTT password is derived from a key of this installation, so the
 * same device gets the same answer again and nothing secret is stored per device.
 */
@Singleton
final class AgentAccess {
    private final String mqttUrl;
    private final String kafkaServers;
    private final String kafkaProtocol;
    private final KeyFile key;

    AgentAccess(
            @ConfigProperty(name = "espalier.mqtt.public-url") Optional<String> publicMqttUrl,
            @ConfigProperty(name = "espalier.mqtt.url") String mqttUrl,
            @ConfigProperty(name = "espalier.kafka.public-bootstrap-servers") Optional<String> publicKafka,
            @ConfigProperty(name = "kafka.bootstrap.servers") String kafka,
            @ConfigProperty(name = "espalier.kafka.public-security-protocol") Optional<String> publicKafkaProtocol,
            @ConfigProperty(name = "kafka.security.protocol", defaultValue = "PLAINTEXT") String kafkaProtocol,
            @ConfigProperty(name = "espalier.data.dir") Path dataFolder) {
        this.mqttUrl = publicMqttUrl.orElse(mqttUrl);
        this.kafkaServers = publicKafka.orElse(kafka);
        this.kafkaProtocol = publicKafkaProtocol.orElse(kafkaProtocol);
        this.key = new KeyFile(dataFolder.resolve("keys").resolve("device-access.key"));
    }

    record Mqtt(String url, String username, String password) {}

    record Kafka(String bootstrapServers, String securityProtocol) {}

    Mqtt mqtt(DeviceId device) {
        return new Mqtt(mqttUrl, device.value(), password(device));
    }

    Kafka kafka() {
        return new Kafka(kafkaServers, kafkaProtocol);
    }

    private String password(DeviceId device) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key.hmacKey());
            byte[] tag = mac.doFinal(("mqtt:" + device).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(tag);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime must offer HMAC-SHA-256", e);
        }
    }
}
