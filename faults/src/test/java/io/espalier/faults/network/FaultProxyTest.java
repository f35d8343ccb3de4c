package io.espalier.faults.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {
    private static final int SILENCE_MILLIS = 150;
    private static final int CONNECTIONS = 200;

    private ServerSocket broker;
    private FaultProxy proxy;
    private Socket device;
    private Socket server;

    @BeforeEach
    void connect() throws Exception {
        broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        proxy = FaultProxy.before("tcp://127.0.0.1:" + broker.getLocalPort());
        device = new Socket("127.0.0.1", URI.create(proxy.url()).getPort());
        server = broker.accept();
    }

    @AfterEach
    void close() throws Exception {
        device.close();
        server.close();
        proxy.close();
        broker.close();
    }

    @Test
    void bringsWholePacketsDownAndBytesUp() throws Exception {
        device.getOutputStream().write("up".getBytes(StandardCharsets.US_ASCII));
        assertThat(server.getInputStream().readNBytes(2)).asString().isEqualTo("up");

        byte[] chunk = chunk(1);
        server.getOutputStream().write(chunk, 0, 4);
        server.getOutputStream().write(chunk, 4, chunk.length - 4);
        assertThat(device.getInputStream().readNBytes(chunk.length)).isEqualTo(chunk);
        assertThat(proxy.chunksSent()).isEqualTo(1);
        assertThat(proxy.chunksSent()).isZero();
    }

    @Test
    void nothingComesThroughIceAndAllOfItAfterwards() throws Exception {
        proxy.set(Weather.FROZEN);
        server.getOutputStream().write(chunk(1));
        device.setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(() -> device.getInputStream().read()).isInstanceOf(IOException.class);

        proxy.set(Weather.FAIR);
        device.setSoTimeout(0);
        assertThat(device.getInputStream().readNBytes(chunk(1).length)).isEqualTo(chunk(1));
    }

    @Test
    void resetsAfterAChunk() throws Exception {
        proxy.resetAfterChunks(2);
        server.getOutputStream().write(chunk(1));
        assertThat(device.getInputStream().readNBytes(chunk(1).length)).isEqualTo(chunk(1));
        server.getOutputStream().write(chunk(2));

        assertThatThrownBy(() -> device.getInputStream().readNBytes(2 * chunk(2).length))
                .isInstanceOf(IOException.class);
    }

    @Test
    void spoilsAndShufflesChunks() throws Exception {
        proxy.set(Weather.SPOILT);
        server.getOutputStream().write(chunk(2));
        assertThat(device.getInputStream().readNBytes(chunk(2).length)).isEqualTo(chunk(3));

        proxy.set(Weather.SHUFFLED);
        server.getOutputStream().write(chunk(4));
        server.getOutputStream().write(chunk(5));
        for (int expected : new int[] {5, 5, 4, 4}) {
            assertThat(device.getInputStream().readNBytes(chunk(4).length)).isEqualTo(chunk(expected));
        }
    }

    @Test
    void spoilsWhatIsNotMqttPieceByPiece() throws Exception {
        try (FaultProxy bytes = FaultProxy.before("http://127.0.0.1:" + broker.getLocalPort());
                Socket client = new Socket("127.0.0.1", URI.create(bytes.url()).getPort());
                Socket behind = broker.accept()) {
            bytes.set(Weather.SPOILT);
            behind.getOutputStream().write(new byte[] {2, 2, 2});
            assertThat(client.getInputStream().readNBytes(3)).containsExactly(2, 2, 3);
        }
    }

    @Test
    void aDeviceHasNoConnectionWhereTheServerTakesNone() throws Exception {
        broker.close();
        try (Socket late = new Socket("127.0.0.1", URI.create(proxy.url()).getPort())) {
            late.setSoTimeout(10_000);
            assertThatThrownBy(() -> late.getInputStream().read()).hasMessageContaining("reset");
        }
    }

    @Test
    void theServerDoesNotNoticeThatTheDeviceIsGone() throws Exception {
        device.getOutputStream().write(1);
        assertThat(server.getInputStream().read()).isEqualTo(1);
        proxy.cutDevice();
        assertThatThrownBy(() -> device.getInputStream().read()).isInstanceOf(IOException.class);

        server.setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(() -> server.getInputStream().read()).hasMessageContaining("timed out");
        server.getOutputStream().write(chunk(1));
        server.getOutputStream().write(chunk(2));
        assertThatThrownBy(() -> server.getInputStream().read()).hasMessageContaining("timed out");
    }

    @Test
    void theServerDoesNotNoticeADeviceThatIsGoneAtOnce() throws Exception {
        for (int i = 0; i < CONNECTIONS; i++) {
            try (Socket brief = new Socket("127.0.0.1", URI.create(proxy.url()).getPort());
                    Socket deaf = broker.accept()) {
                brief.getOutputStream().write(1);
                assertThat(deaf.getInputStream().read()).isEqualTo(1);
                proxy.cutDevice();

                deaf.setSoTimeout(1);
                assertThatThrownBy(() -> deaf.getInputStream().read()).hasMessageContaining("timed out");
            }
        }
    }

    /** A publication of one byte. */
    private static byte[] chunk(int payload) {
        String topic = "a/chunks/0";
        byte[] packet = new byte[2 + 2 + topic.length() + 1];
        packet[0] = 0x30;
        packet[1] = (byte) (packet.length - 2);
        packet[3] = (byte) topic.length();
        System.arraycopy(topic.getBytes(StandardCharsets.US_ASCII), 0, packet, 4, topic.length());
        packet[packet.length - 1] = (byte) payload;
        return packet;
    }
}
