package io.espalier.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.Connection;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.tls.TlsIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.UUID;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds at every broker that goes by {@link io.espalier.tls.TopicRights}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // JUnit fills the fields.
public abstract class MqttAccessContract {
    static final Topics TOPICS = new Topics(TestAuthority.TENANT);
    private static final Sha256 ARTIFACT = Sha256.of(new byte[] {1});

    private Path folder;
    private TestAuthority authority;
    private String url;
    DeviceId mine;
    DeviceId other;
    MqttPeer controller;

    /** Starts the broker and answers its URL; it is to look at the authority's revocation list itself. */
    protected abstract String start(TestAuthority authority, Path folder) throws Exception;

    /** Stops the broker. */
    protected abstract void stop() throws Exception;

    @BeforeAll
    final void begin(@TempDir Path temporary) throws Exception {
        folder = temporary;
        authority = TestAuthority.in(folder.resolve("pki"));
        url = start(authority, folder);
        controller = connect("espalier-controller", authority.controller());
    }

    @AfterAll
    final void end() throws Exception {
        controller.close();
        stop();
    }

    @BeforeEach
    final void nameDevices() {
        mine = new DeviceId("cam-" + UUID.randomUUID());
        other = new DeviceId("cam-" + UUID.randomUUID());
    }

    @Test
    void letsADeviceReadWhatItIsToldAndWhatItsTenantPublishes() throws Exception {
        controller.retain(TOPICS.device(mine, DeviceChannel.DESIRED), "desired");
        controller.retain(TOPICS.manifest(ARTIFACT), "manifest");
        controller.retain(TOPICS.chunk(ARTIFACT, 7), "chunk");
        controller.retain(TOPICS.root(2), "root");

        try (MqttPeer command = device(mine);
                MqttPeer fetch = connect(TOPICS.clientId(mine, Connection.FETCH), authority.device(mine.value()))) {
            assertThat(command.subscribe(TOPICS.device(mine, DeviceChannel.DESIRED)))
                    .isEqualTo(1);
            assertThat(command.next()).endsWith("=desired");
            assertThat(command.subscribe(TOPICS.device(mine, DeviceChannel.RECEIPT)))
                    .isEqualTo(1);
            controller.publish(TOPICS.device(mine, DeviceChannel.RECEIPT), "receipt");
            assertThat(command.next()).endsWith("=receipt");
            assertThat(command.subscribe(TOPICS.root(2))).isEqualTo(1);
            assertThat(command.next()).endsWith("=root");
            assertThat(fetch.subscribe(TOPICS.manifest(ARTIFACT))).isEqualTo(1);
            assertThat(fetch.next()).endsWith("=manifest");
            assertThat(fetch.subscribe(TOPICS.chunk(ARTIFACT, 7))).isEqualTo(1);
            assertThat(fetch.next()).endsWith("=chunk");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DeviceChannel.class,
            names = {"PRESENCE", "PROFILE", "REPORTED", "NEED", "TELEMETRY"})
    void letsADeviceSayWhatItIs(DeviceChannel channel) throws Exception {
        String topic = TOPICS.device(mine, channel);
        controller.subscribe(topic);

        try (MqttPeer device = device(mine)) {
            device.publish(topic, "said");

            assertThat(controller.next()).isEqualTo(topic + "=said");
        }
    }

    @Test
    void refusesWhatAnotherDeviceIsTold() throws Exception {
        try (MqttPeer device = device(mine)) {
            assertThat(device.subscribe(TOPICS.device(other, DeviceChannel.DESIRED)))
                    .isEqualTo(MqttPeer.NOT_AUTHORISED);
            assertThat(device.subscribe(TOPICS.device(other, DeviceChannel.RECEIPT)))
                    .isEqualTo(MqttPeer.NOT_AUTHORISED);
            assertThat(device.subscribe(TOPICS.device(other, DeviceChannel.TELEMETRY)))
                    .isEqualTo(MqttPeer.NOT_AUTHORISED);
        }
    }

    @ParameterizedTest
    @EnumSource(DeviceChannel.class)
    void refusesToSpeakForAnotherDevice(DeviceChannel channel) throws Exception {
        String topic = TOPICS.device(other, channel);
        controller.subscribe(topic);

        try (MqttPeer device = device(mine)) {
            assertThat(device.retain(topic, "forged")).isEqualTo(MqttPeer.NOT_AUTHORISED);
        }

        controller.publish(topic, "the first to come");
        assertThat(controller.next()).isEqualTo(topic + "=the first to come");
    }

    @Test
    void refusesADeviceThatTellsItselfWhatToDo() throws Exception {
        for (String topic : List.of(
                TOPICS.device(mine, DeviceChannel.DESIRED),
                TOPICS.device(mine, DeviceChannel.RECEIPT),
                TOPICS.manifest(ARTIFACT),
                TOPICS.root(3))) {
            try (MqttPeer device = device(mine)) {
                assertThat(isForbidden(device, topic)).as(topic).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#",
                "+/v1/acme/devices/cam/desired",
                "espalier/v1/acme/devices/+/desired",
                "espalier/v1/acme/devices/+/telemetry",
                "espalier/v1/acme/devices/#",
                "espalier/v1/acme/artifacts/#",
                "espalier/v1/+/roots/1",
                "espalier/v1/acme/roots/+",
                "espalier.v1.acme.roots.*"
            })
    void refusesWildcards(String filter) throws Exception {
        try (MqttPeer device = device(mine)) {
            assertThat(isRefused(device, filter)).isTrue();
        }
    }

    @Test
    void refusesWhatAnotherTenantPublishes() throws Exception {
        Topics theirs = new Topics("rival");
        try (MqttPeer device = device(mine)) {
            assertThat(device.subscribe(theirs.manifest(ARTIFACT))).isEqualTo(MqttPeer.NOT_AUTHORISED);
            assertThat(device.subscribe(theirs.chunk(ARTIFACT, 0))).isEqualTo(MqttPeer.NOT_AUTHORISED);
            assertThat(device.subscribe(theirs.device(mine, DeviceChannel.DESIRED)))
                    .isEqualTo(MqttPeer.NOT_AUTHORISED);
        }
    }

    @Test
    void leavesTheRightfulOwnerOfAClientIdConnected() throws Exception {
        try (MqttPeer owner = device(mine)) {
            owner.subscribe(TOPICS.device(mine, DeviceChannel.DESIRED));

            assertThatThrownBy(
                            () -> connect(TOPICS.clientId(mine, Connection.COMMAND), authority.device(other.value())))
                    .isInstanceOf(MqttException.class);
            assertThatThrownBy(() ->
                            connect(TOPICS.clientId(mine, Connection.COMMAND), authority.device("rival", mine.value())))
                    .isInstanceOf(MqttException.class);

            controller.publish(TOPICS.device(mine, DeviceChannel.DESIRED), "still here");
            assertThat(owner.next()).endsWith("=still here");
            assertThat(owner.isConnected()).isTrue();
        }
    }

    @Test
    void letsADeviceTakeItsOwnPlaceAndCutsOffWhoIsThereOnceThatIsRevoked() throws Exception {
        TlsIdentity identity = authority.device(mine.value());
        String clientId = TOPICS.clientId(mine, Connection.COMMAND);
        try (MqttPeer before = connect(clientId, identity);
                MqttPeer after = connect(clientId, identity)) {
            assertThat(before.isCutOff()).isTrue();
            assertThat(after.isConnected()).isTrue();

            authority.revoke(identity);
            assertThat(after.isCutOff()).isTrue();
        }
    }

    @Test
    void refusesAClientWithoutACertificate() {
        assertThatThrownBy(
                        () -> MqttPeer.connect(url, TOPICS.clientId(mine, Connection.COMMAND), authority.showNothing()))
                .isInstanceOf(MqttException.class);
    }

    @Test
    void refusesACertificateOfAnotherAuthority() throws Exception {
        TlsIdentity forged = TestAuthority.in(folder.resolve("other-pki")).device(mine.value());

        assertThatThrownBy(() -> connect(TOPICS.clientId(mine, Connection.COMMAND), forged))
                .isInstanceOf(MqttException.class);
    }

    @Test
    void refusesARevokedCertificateAndCutsOffWhoIsConnectedByIt() throws Exception {
        TlsIdentity stolen = authority.device(mine.value());
        var sessions = authority.show(stolen); // Keeps the TLS session, which a thief would resume.
        String presence = TOPICS.device(mine, DeviceChannel.PRESENCE);
        MqttConnectionOptions withWill = new MqttConnectionOptions();
        withWill.setWill(presence, new MqttMessage("gone".getBytes(StandardCharsets.UTF_8), 1, false, null));
        controller.subscribe(presence);

        try (MqttPeer thief = MqttPeer.connect(url, TOPICS.clientId(mine, Connection.COMMAND), sessions, withWill)) {
            authority.revoke(stolen);

            assertThat(thief.isCutOff()).isTrue();
            assertThat(controller.next()).isEqualTo(presence + "=gone");
        }
        assertThatThrownBy(() -> MqttPeer.connect(url, TOPICS.clientId(mine, Connection.COMMAND), sessions))
                .isInstanceOf(MqttException.class);
        try (MqttPeer renewed = device(mine)) {
            assertThat(renewed.isConnected()).isTrue();
        }
    }

    @Test
    void refusesADeviceThatCallsItselfTheController() throws Exception {
        MqttConnectionOptions named = new MqttConnectionOptions();
        named.setUserName("controller");

        assertThatThrownBy(() -> connect("espalier-controller", authority.device(mine.value())))
                .isInstanceOf(MqttException.class);
        assertThatThrownBy(() -> MqttPeer.connect(
                        url,
                        TOPICS.clientId(mine, Connection.COMMAND),
                        authority.show(authority.device(mine.value())),
                        named))
                .isInstanceOf(MqttException.class);
        assertThat(controller.isConnected()).isTrue();
    }

    @Test
    void givesADeviceThatIsNamedLikeTheControllerNoneOfItsRights() throws Exception {
        DeviceId namesake = new DeviceId("controller");
        String clientId = new Topics("service").clientId(namesake, Connection.COMMAND);
        try (MqttPeer device = connect(clientId, authority.device("service", namesake.value()))) {
            assertThat(device.subscribe(TOPICS.everyDevice(DeviceChannel.REPORTED)))
                    .isEqualTo(MqttPeer.NOT_AUTHORISED);
            assertThat(device.publish(TOPICS.device(mine, DeviceChannel.DESIRED), "forged"))
                    .isEqualTo(MqttPeer.NOT_AUTHORISED);
        }
    }

    @Test
    void givesAServiceThatIsNotTheControllerNothing() {
        assertThatThrownBy(() -> connect("watcher", authority.folder().service("watcher")))
                .isInstanceOf(MqttException.class);
    }

    static boolean isRefused(MqttPeer device, String filter) {
        try {
            return device.subscribe(filter) == MqttPeer.NOT_AUTHORISED;
        } catch (MqttException e) {
            return true; // Cut off.
        }
    }

    private static boolean isForbidden(MqttPeer device, String topic) {
        try {
            return device.retain(topic, "forged") == MqttPeer.NOT_AUTHORISED;
        } catch (MqttException e) {
            return true; // Cut off.
        }
    }

    final MqttPeer device(DeviceId id) throws MqttException, GeneralSecurityException {
        return connect(TOPICS.clientId(id, Connection.COMMAND), authority.device(id.value()));
    }

    final MqttPeer connect(String clientId, TlsIdentity identity) throws MqttException, GeneralSecurityException {
        return MqttPeer.connect(url, clientId, authority.show(identity));
    }
}
