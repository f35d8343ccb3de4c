package io.espalier.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.Connection;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.tls.TlsIdentity;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mosquitto grants subscriptions that it then never serves, so what counts is what comes. */
class MosquittoIT {
    private static final Topics TOPICS = new Topics(TestAuthority.TENANT);
    private static final Path CONFIGURATION = Path.of("../docs/brokers/mosquitto");
    private static final Sha256 ARTIFACT = Sha256.of(new byte[] {1});

    @TempDir
    static Path folder;

    private static @Nullable Mosquitto mosquitto;
    private static TestAuthority authority;
    private static MqttPeer controller;

    private final DeviceId mine = new DeviceId("cam-" + UUID.randomUUID());
    private final DeviceId other = new DeviceId("cam-" + UUID.randomUUID());

    @BeforeAll
    static void start() throws Exception {
        Optional<Path> program = Mosquitto.program();
        if (program.isEmpty()) {
            System.out.println("Skipped because Mosquitto is not installed (Debian: apt-get install mosquitto)");
        }
        assumeTrue(program.isPresent());
        authority = TestAuthority.in(folder.resolve("pki"));
        mosquitto = Mosquitto.start(program.get(), CONFIGURATION, folder, authority.folder(), TestAuthority.TENANT);
        controller = MqttPeer.connect(
                mosquitto.servicesUrl(), "espalier-controller", authority.show(authority.controller()));
    }

    @AfterAll
    static void stop() throws Exception {
        if (mosquitto != null) {
            controller.close();
            mosquitto.close();
        }
    }

    @Test
    void letsADeviceReadWhatItIsToldAndSayWhatItIs() throws Exception {
        String desired = TOPICS.device(mine, DeviceChannel.DESIRED);
        String reported = TOPICS.device(mine, DeviceChannel.REPORTED);
        controller.retain(desired, "desired");
        controller.retain(TOPICS.chunk(ARTIFACT, 7), "chunk");
        controller.retain(TOPICS.root(2), "root");
        controller.subscribe(reported);

        try (MqttPeer device = device(mine)) {
            device.subscribe(desired);
            assertThat(device.next()).isEqualTo(desired + "=desired");
            device.subscribe(TOPICS.chunk(ARTIFACT, 7));
            assertThat(device.next()).endsWith("=chunk");
            device.subscribe(TOPICS.root(2));
            assertThat(device.next()).endsWith("=root");
            device.publish(reported, "reported");
            assertThat(controller.next()).isEqualTo(reported + "=reported");
        }
    }

    @Test
    void letsADeviceUploadItsTelemetryAndReadItsReceipts() throws Exception {
        String telemetry = TOPICS.device(mine, DeviceChannel.TELEMETRY);
        String receipt = TOPICS.device(mine, DeviceChannel.RECEIPT);
        controller.subscribe(TOPICS.everyDevice(DeviceChannel.TELEMETRY));

        try (MqttPeer device = device(mine)) {
            device.subscribe(receipt);
            device.publish(telemetry, "upload");
            assertThat(controller.next()).isEqualTo(telemetry + "=upload");
            controller.publish(receipt, "receipt");
            assertThat(device.next()).isEqualTo(receipt + "=receipt");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "espalier/v1/acme/devices/OTHER/desired",
                "espalier/v1/acme/devices/OTHER/receipt",
                "espalier/v1/acme/devices/+/telemetry",
                "espalier/v1/acme/devices/+/desired",
                "espalier/v1/acme/devices/#",
                "#",
                "espalier/v1/rival/artifacts/#"
            })
    void keepsFromADeviceWhatIsNotForIt(String filter) throws Exception {
        String own = TOPICS.device(mine, DeviceChannel.DESIRED);
        try (MqttPeer device = device(mine)) {
            device.subscribe(filter.replace("OTHER", other.value()));
            device.subscribe(own);

            controller.publish(TOPICS.device(other, DeviceChannel.DESIRED), "for the other");
            controller.publish(TOPICS.device(other, DeviceChannel.RECEIPT), "for the other");
            controller.publish(TOPICS.device(other, DeviceChannel.TELEMETRY), "of the other");
            controller.publish(new Topics("rival").manifest(ARTIFACT), "of another tenant");
            controller.publish(own, "for me");

            String message = device.next();
            while (message != null && !message.equals(own + "=for me")) {
                // All devices of the tenant may read what it publishes, and Mosquitto lets them ask with a wildcard.
                assertThat(message).startsWith("espalier/v1/acme/").doesNotContain("/devices/");
                message = device.next();
            }
            assertThat(message).isNotNull();
        }
    }

    @Test
    void refusesToSpeakForAnotherDeviceOrForTheController() throws Exception {
        try (MqttPeer device = device(mine)) {
            for (DeviceChannel channel : DeviceChannel.values()) {
                assertThat(device.retain(TOPICS.device(other, channel), "forged"))
                        .isEqualTo(MqttPeer.NOT_AUTHORISED);
            }
            assertThat(device.retain(TOPICS.device(mine, DeviceChannel.DESIRED), "forged"))
                    .isEqualTo(MqttPeer.NOT_AUTHORISED);
            assertThat(device.publish(TOPICS.device(mine, DeviceChannel.RECEIPT), "forged"))
                    .isEqualTo(MqttPeer.NOT_AUTHORISED);
            assertThat(device.retain(TOPICS.manifest(ARTIFACT), "forged")).isEqualTo(MqttPeer.NOT_AUTHORISED);
        }
    }

    @Test
    void givesADeviceThatIsNamedLikeTheControllerNoneOfItsRights() throws Exception {
        DeviceId namesake = new DeviceId("controller");
        TlsIdentity identity = authority.device(namesake.value());
        String own = TOPICS.device(namesake, DeviceChannel.DESIRED);
        for (String url : new String[] {mosquitto().devicesUrl(), mosquitto().servicesUrl()}) {
            try (MqttPeer device = MqttPeer.connect(url, "namesake", authority.show(identity))) {
                assertThat(device.publish(own, "forged")).isEqualTo(MqttPeer.NOT_AUTHORISED);
                assertThat(device.publish(TOPICS.device(mine, DeviceChannel.REPORTED), "forged"))
                        .isEqualTo(MqttPeer.NOT_AUTHORISED);
            }
        }
    }

    @Test
    void refusesAClientWithoutACertificateOrWithOneOfAnotherAuthority() throws Exception {
        TlsIdentity forged = TestAuthority.in(folder.resolve("other-pki")).device(mine.value());

        assertThatThrownBy(() -> MqttPeer.connect(mosquitto().devicesUrl(), "nobody", authority.showNothing()))
                .isInstanceOf(MqttException.class);
        assertThatThrownBy(() -> MqttPeer.connect(mosquitto().devicesUrl(), "forged", authority.show(forged)))
                .isInstanceOf(MqttException.class);
        assertThatThrownBy(() -> MqttPeer.connect(mosquitto().servicesUrl(), "forged", authority.show(forged)))
                .isInstanceOf(MqttException.class);
    }

    @Test
    void refusesARevokedCertificateOnceItHasTheList() throws Exception {
        TlsIdentity stolen = authority.device(mine.value());
        String clientId = TOPICS.clientId(mine, Connection.COMMAND);
        MqttPeer.connect(mosquitto().devicesUrl(), clientId, authority.show(stolen))
                .close();

        authority.revoke(stolen);
        mosquitto().takeRevocations(authority.folder().revocationFile());

        assertThatThrownBy(() -> MqttPeer.connect(mosquitto().devicesUrl(), clientId, authority.show(stolen)))
                .isInstanceOf(MqttException.class);
        try (MqttPeer renewed = device(mine)) {
            assertThat(renewed.isConnected()).isTrue();
        }
    }

    private static MqttPeer device(DeviceId id) throws Exception {
        return MqttPeer.connect(
                mosquitto().devicesUrl(),
                TOPICS.clientId(id, Connection.COMMAND),
                authority.show(authority.device(id.value())));
    }

    private static Mosquitto mosquitto() {
        return java.util.Objects.requireNonNull(mosquitto, "started before the first test");
    }
}
