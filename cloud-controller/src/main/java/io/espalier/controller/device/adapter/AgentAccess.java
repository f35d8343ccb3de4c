package io.espalier.controller.device.adapter;

import io.espalier.proto.DeviceId;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Where an enrolled agent connects, and as whom. Its MQTT password is derived from a key of this installation, so the
 * same device gets the same answer again and nothing secret is stored per device.
 */
@Singleton
final class AgentAccess {
    private static final int KEY_BYTES = 32;

    private final String mqttUrl;
    private final String kafkaServers;
    private final Path keyFile;
    private final SecureRandom random = new SecureRandom();

    AgentAccess(
            @ConfigProperty(name = "espalier.mqtt.public-url") Optional<String> publicMqttUrl,
            @ConfigProperty(name = "espalier.mqtt.url") Optional<String> mqttUrl,
            @ConfigProperty(name = "espalier.kafka.public-bootstrap-servers") Optional<String> publicKafka,
            @ConfigProperty(name = "kafka.bootstrap.servers") Optional<String> kafka,
            @ConfigProperty(name = "espalier.data.dir") Path dataFolder) {
        this.mqttUrl = publicMqttUrl.or(() -> mqttUrl).orElse("");
        this.kafkaServers = publicKafka.or(() -> kafka).orElse("");
        this.keyFile = dataFolder.resolve("keys").resolve("device-access.key");
    }

    record Mqtt(String url, String username, String password) {}

    record Kafka(String bootstrapServers) {}

    Mqtt mqtt(DeviceId device) {
        return new Mqtt(mqttUrl, device.value(), password(device));
    }

    Kafka kafka() {
        return new Kafka(kafkaServers);
    }

    private String password(DeviceId device) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key(), "HmacSHA256"));
            byte[] tag = mac.doFinal(("mqtt:" + device).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(tag);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime must offer HMAC-SHA-256", e);
        }
    }

    private synchronized byte[] key() {
        try {
            if (!Files.exists(keyFile)) {
                byte[] fresh = new byte[KEY_BYTES];
                random.nextBytes(fresh);
                Files.createDirectories(keyFile.getParent());
                Path partial = keyFile.resolveSibling(keyFile.getFileName() + ".new");
                Files.write(partial, fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
                if (Files.getFileStore(partial).supportsFileAttributeView("posix")) {
                    Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rw-------"));
                }
                Files.move(partial, keyFile);
            }
            return Files.readAllBytes(keyFile);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot keep a key in " + keyFile + ": is the folder writable?", e);
        }
    }
}
