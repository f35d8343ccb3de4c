package io.espalier.hivemq;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.embedded.EmbeddedHiveMQ;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import io.espalier.stack.MqttAccessContract;
import io.espalier.stack.TestAuthority;
import io.espalier.tls.TlsIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;

/** The extension as it is packaged, in a real broker of the community edition. */
@SuppressWarnings("NullAway.Init") // Set before anything else.
class HiveMqIT extends MqttAccessContract {
    private static final String PASSWORD = "secret";

    /** As many as the controller sends without an answer. */
    private static final int MOST_IN_FLIGHT = 32;

    private static final int CHUNK_BYTES = 256 << 10;
    private static final int SUCCESS = 0x00;
    private static final int NOBODY_SUBSCRIBED = 0x10;
    private static final long PATIENCE_MILLIS = 20_000;

    private EmbeddedHiveMQ broker;
    private TestAuthority known;
    private String address;

    @Override
    protected String start(TestAuthority authority, Path folder) throws Exception {
        int port = freePort();
        Path configuration = Files.createDirectories(folder.resolve("conf"));
        writeStores(authority, configuration);
        Files.writeString(configuration.resolve("config.xml"), configuration(configuration, port));
        Path extension = Files.createDirectories(folder.resolve("extensions/espalier"));
        Path built = Path.of(System.getProperty("espalier.hivemq.extension"));
        for (String file : List.of("hivemq-extension.xml", "espalier-hivemq-extension.jar")) {
            Files.copy(built.resolve(file), extension.resolve(file));
        }
        Files.createSymbolicLink(
                extension.resolve("crl.pem"), authority.folder().revocationFile());
        broker = EmbeddedHiveMQ.builder()
                .withConfigurationFolder(configuration)
                .withDataFolder(Files.createDirectories(folder.resolve("data")))
                .withExtensionsFolder(folder.resolve("extensions"))
                .build();
        broker.start().join();
        known = authority;
        address = "ssl://127.0.0.1:" + port;
        return address;
    }

    @Override
    protected void stop() throws Exception {
        broker.stop().join();
        broker.close();
    }

    @Test
    void takesAWholeArtifactAsFastAsTheControllerSendsIt() throws Exception {
        Topics topics = new Topics(TestAuthority.TENANT);
        Sha256 artifact = Sha256.of(new byte[] {42});
        MqttAsyncClient controller = new MqttAsyncClient(address, "sends-an-artifact", new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setSocketFactory(known.show(known.controller()).getSocketFactory());
        IMqttToken connected = controller.connect(options);
        connected.waitForCompletion(PATIENCE_MILLIS);
        try {
            assertThat(connected.getResponseProperties().getReceiveMaximum()).isGreaterThanOrEqualTo(MOST_IN_FLIGHT);
            List<IMqttToken> sent = new ArrayList<>();
            for (int chunk = 0; chunk < MOST_IN_FLIGHT; chunk++) {
                sent.add(controller.publish(topics.chunk(artifact, chunk), new byte[CHUNK_BYTES], 1, true));
            }

            for (IMqttToken each : sent) {
                each.waitForCompletion(PATIENCE_MILLIS);
                assertThat(each.getReasonCodes()).containsAnyOf(SUCCESS, NOBODY_SUBSCRIBED);
            }
        } finally {
            controller.disconnectForcibly(0, 1_000, true);
            controller.close(true);
        }
    }

    private static void writeStores(TestAuthority authority, Path folder) throws IOException, GeneralSecurityException {
        TlsIdentity server = authority.folder().server("mqtt", List.of());
        write(server.keyStore(PASSWORD.toCharArray()), folder.resolve("server.p12"));
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "authority", server.chain().get(server.chain().size() - 1));
        write(trusted, folder.resolve("authority.p12"));
    }

    private static void write(KeyStore store, Path file) throws IOException, GeneralSecurityException {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
    }

    private static String configuration(Path folder, int port) throws IOException {
        return Files.readString(Path.of(System.getProperty("espalier.hivemq.documented"))
                        .resolve("config.xml"))
                .replace("<port>8883</port>", "<port>" + port + "</port>")
                .replace("<bind-address>0.0.0.0</bind-address>", "<bind-address>127.0.0.1</bind-address>")
                .replace("/opt/hivemq/espalier/", folder + "/")
                .replace("CHANGE-ME", PASSWORD);
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }
}
