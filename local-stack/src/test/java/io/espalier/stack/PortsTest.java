package io.espalier.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void namesEveryTakenPortItsServerAndTheOptionThatMovesIt() throws IOException {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getByName(Ports.LOOPBACK));
                ServerSocket two = new ServerSocket(0, 1, InetAddress.getByName(Ports.LOOPBACK))) {
            Map<Service, Integer> ports = Map.of(
                    Service.KAFKA, one.getLocalPort(),
                    Service.MQTT, two.getLocalPort(),
                    Service.POSTGRES, Ports.free(1).get(0));

            assertThatThrownBy(() -> Ports.requireFree(ports))
                    .isInstanceOf(StackException.class)
                    .hasMessageContaining("Port " + one.getLocalPort() + " for Kafka")
                    .hasMessageContaining("such as --kafka-port ")
                    .hasMessageContaining("Port " + two.getLocalPort() + " for MQTT")
                    .hasMessageContaining("such as --mqtt-port ")
                    .hasMessageNotContaining("PostgreSQL");
        }
    }

    @Test
    void givesDifferentPortsThatAreFree() {
        var ports = Ports.free(3);

        assertThat(ports).doesNotHaveDuplicates();
        assertThatCode(() -> Ports.requireFree(Map.of(Service.MQTT, ports.get(0))))
                .doesNotThrowAnyException();
    }
}
