package io.espalier.hivemq;

import com.hivemq.embedded.EmbeddedHiveMQ;
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
import java.util.List;

/** The extension as it is packaged, in a real broker of the community edition. */
@SuppressWarnings("NullAway.Init") // Set before anything else.
class HiveMqIT extends MqttAccessContract {
    private static final String PASSWORD = "secret";

    private EmbeddedHiveMQ broker;

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
        return "ssl://127.0.0.1:" + port;
    }

    @Override
    protected void stop() throws Exception {
        broker.stop().join();
        broker.close();
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
