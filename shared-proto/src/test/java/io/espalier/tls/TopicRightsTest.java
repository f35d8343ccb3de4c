package io.espalier.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.DeviceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicRightsTest {
    private static final String DIGEST = "0123456789abcdef".repeat(4);

    private final TopicRights device = new TopicRights(new CertifiedSubject.Device("acme", new DeviceId("cam")));
    private final TopicRights controller = new TopicRights(new CertifiedSubject.Service("controller"));

    @ParameterizedTest
    @ValueSource(strings = {"presence", "profile", "reported", "need", "telemetry"})
    void letsADevicePublishWhatItSaysOfItself(String channel) {
        assertThat(device.mayPublish("espalier/v1/acme/devices/cam/" + channel)).isTrue();
        assertThat(device.maySubscribe("espalier/v1/acme/devices/cam/" + channel))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "espalier/v1/acme/devices/cam/desired",
                "espalier/v1/acme/devices/cam/receipt",
                "espalier/v1/acme/roots/12",
                "espalier/v1/acme/artifacts/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef/manifest",
                "espalier/v1/acme/artifacts/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef/chunks/0"
            })
    void letsADeviceReadWhatItIsTold(String topic) {
        assertThat(device.maySubscribe(topic)).isTrue();
        assertThat(device.mayPublish(topic)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "#",
                "espalier/v1/acme/devices/cam2/desired",
                "espalier/v1/acme/devices/cam2/telemetry",
                "espalier/v1/acme/devices/cam2/receipt",
                "espalier/v1/acme/devices/+/telemetry",
                "espalier/v1/rival/devices/cam/telemetry",
                "espalier/v1/acme/devices/cam/desired/",
                "espalier/v1/acme/devices/cam/desired\n",
                "espalier/v1/rival/devices/cam/desired",
                "espalier/v1/rival/roots/1",
                "espalier/v1/acme/roots/1\n",
                "espalier/v1/acme/roots/+",
                "espalier/v1/acme/artifacts/abc/manifest",
                "$share/group/espalier/v1/acme/devices/cam/desired"
            })
    void keepsEverythingElseFromADevice(String topic) {
        assertThat(device.maySubscribe(topic)).isFalse();
        assertThat(device.mayPublish(topic)).isFalse();
    }

    @Test
    void bindsClientIdsToTenantAndDevice() {
        assertThat(device.mayConnectAs("acme.cam")).isTrue();
        assertThat(device.mayConnectAs("acme.cam.fetch")).isTrue();
        assertThat(device.mayConnectAs("cam")).isFalse();
        assertThat(device.mayConnectAs("rival.cam")).isFalse();
        assertThat(device.mayConnectAs("acme.cam2")).isFalse();
        assertThat(device.mayConnectAs("espalier-controller")).isFalse();
    }

    @Test
    void takesOnlyTheDevicesOwnUserName() {
        assertThat(device.mayCallItself("cam")).isTrue();
        assertThat(device.mayCallItself("controller")).isFalse();
    }

    @Test
    void givesTheControllerEverythingAndOtherServicesNothing() {
        TopicRights watcher = new TopicRights(new CertifiedSubject.Service("watcher"));

        assertThat(controller.maySubscribe("espalier/v1/acme/devices/+/reported"))
                .isTrue();
        assertThat(controller.mayPublish("espalier/v1/acme/artifacts/" + DIGEST + "/manifest"))
                .isTrue();
        assertThat(controller.mayConnectAs("anything")).isTrue();
        assertThat(watcher.maySubscribe("espalier/v1/acme/roots/1")).isFalse();
        assertThat(watcher.mayConnectAs("watcher")).isFalse();
    }
}
