package io.espalier.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.espalier.proto.Topics.DeviceChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
    private final Topics topics = new Topics("acme");
    private final Sha256 digest = Sha256.of(new byte[] {1, 2, 3});

    @Test
    void namesEveryTopicUnderItsTenant() {
        assertThat(topics.device(new DeviceId("cam-1"), DeviceChannel.DESIRED))
                .isEqualTo("espalier/v1/acme/devices/cam-1/desired");
        assertThat(topics.everyDevice(DeviceChannel.REPORTED)).isEqualTo("espalier/v1/acme/devices/+/reported");
        assertThat(topics.manifest(digest)).isEqualTo("espalier/v1/acme/artifacts/" + digest.hex() + "/manifest");
        assertThat(topics.chunk(digest, 12)).isEqualTo("espalier/v1/acme/artifacts/" + digest.hex() + "/chunks/12");
    }

    @ParameterizedTest
    @EnumSource(DeviceChannel.class)
    void tellsTheDeviceOfEachDeviceTopic(DeviceChannel channel) {
        DeviceId device = new DeviceId("cam_1");

        assertThat(topics.deviceOf(topics.device(device, channel))).isEqualTo(device);
    }

    @ParameterizedTest
    @ValueSource(strings = {"espalier/v1/other/devices/cam-1/need", "espalier/v1/acme/artifacts/x/manifest", ""})
    void refusesATopicThatIsNotADeviceTopicOfItsTenant(String topic) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> topics.deviceOf(topic))
                .withMessageContaining("\"" + topic + "\"")
                .withMessageContaining("acme");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "a+b", "a b", "ä", "#"})
    void refusesNamesThatWouldChangeATopic(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DeviceId(name))
                .withMessageContaining("letters");
        assertThatIllegalArgumentException().isThrownBy(() -> new Topics(name)).withMessageContaining("letters");
    }

    @Test
    void refusesADeviceIdOfMoreThan64Characters() {
        assertThat(new DeviceId("x".repeat(64)).value()).hasSize(64);
        assertThatIllegalArgumentException().isThrownBy(() -> new DeviceId("x".repeat(65)));
    }

    @Test
    void givesNoTwoDevicesOneClientId() {
        DeviceId device = new DeviceId("cam");

        assertThat(topics.clientId(device, Topics.Connection.COMMAND)).isEqualTo("acme.cam");
        assertThat(topics.clientId(device, Topics.Connection.FETCH)).isEqualTo("acme.cam.fetch");
        assertThat(topics.isClientId(device, "acme.cam.fetch")).isTrue();
        assertThat(topics.isClientId(device, "acme.cam-fetch")).isFalse();
        assertThat(new Topics("rival").isClientId(device, "acme.cam")).isFalse();
    }
}
