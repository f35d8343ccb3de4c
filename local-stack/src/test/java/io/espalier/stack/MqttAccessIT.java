package io.espalier.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.Topics.Connection;
import io.espalier.proto.Topics.DeviceChannel;
import java.nio.file.Path;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // Set before anything else.
class MqttAccessIT extends MqttAccessContract {
    private Stack stack;

    @Override
    protected String start(TestAuthority authority, Path folder) throws Exception {
        stack = Stacks.withAuthority(authority.folder(), EnumSet.of(Service.MQTT));
        return stack.endpoints().mqttUrl();
    }

    @Override
    protected void stop() throws Exception {
        stack.close();
    }

    @Test
    void cutsOffADeviceThatReachesForTheQueueOfAnother() throws Exception {
        String desired = TOPICS.device(mine, DeviceChannel.DESIRED);
        String clientId = TOPICS.clientId(mine, Connection.COMMAND);
        try (MqttPeer owner = device(mine)) {
            owner.subscribe(desired);

            try (MqttPeer thief = device(other)) {
                assertThat(isRefused(thief, "$share/" + clientId + "/" + desired))
                        .isTrue();
                assertThat(thief.isCutOff()).isTrue();
            }
            try (MqttPeer thief = device(other)) {
                String own = TOPICS.device(other, DeviceChannel.PRESENCE);
                assertThat(isRefused(thief, own + "::" + clientId + "." + desired.replace('/', '.')))
                        .isTrue();
                assertThat(thief.isCutOff()).isTrue();
            }

            controller.publish(desired, "still mine");
            assertThat(owner.next()).endsWith("=still mine");
        }
    }
}
