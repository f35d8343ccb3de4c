package io.espalier.benchmarks.device;

import io.espalier.agent.toys.ToyCertifier;
import io.espalier.agent.toys.ToyCloud;
import io.espalier.pki.AuthorityFolder;
import io.espalier.proto.DeviceId;
import io.espalier.signing.Passphrase;
import io.espalier.tls.TlsIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** The servers of local-stack with an authority of their own, as the product has them: TLS only, and each client by its certificate. */
final class SecureStack implements AutoCloseable {
    private final AuthorityFolder authority;
    private final StackProcess process;

    private SecureStack(AuthorityFolder authority, StackProcess process) {
        this.authority = authority;
        this.process = process;
    }

    static SecureStack start(Path folder) throws IOException {
        Path passphrase = folder.resolve("pki.passphrase");
        Path pki = folder.resolve("pki");
        SecureRandom random = new SecureRandom();
        AuthorityFolder authority =
                AuthorityFolder.open(pki, Passphrase.readOrDraw(passphrase, random), Clock.systemUTC(), random);
        return new SecureStack(
                authority,
                StackProcess.start(
                        folder.resolve("stack"),
                        List.of("--pki", pki.toString(), "--pki-passphrase", passphrase.toString())));
    }

    String mqttUrl() {
        return process.mqttUrl();
    }

    /** What the controller shows, and whom it believes. */
    SSLContext controller() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(authority.service("controller").keyManagers(), new TrustManager[] {authority.clientTrust()}, null);
        return context;
    }

    Map<String, Object> controllersKafkaSettings() throws IOException {
        TlsIdentity controller = authority.service("controller");
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", process.kafkaServers());
        settings.put("security.protocol", "SSL");
        settings.put("ssl.keystore.type", "PEM");
        settings.put("ssl.keystore.key", controller.keyPem());
        settings.put("ssl.keystore.certificate.chain", controller.chainPem());
        settings.put("ssl.truststore.type", "PEM");
        settings.put("ssl.truststore.certificates", Files.readString(authority.certificateFile()));
        return settings;
    }

    /** A controller for one device, which certifies it by the authority of these servers. */
    ToyCloud cloud(DeviceId device) throws Exception {
        return ToyCloud.start(
                device,
                new ToyCloud.Brokers(
                        process.mqttUrl(), process.mqttUrl(), process.kafkaServers(), "SSL", Optional.of(controller())),
                new ToyCertifier(Clock.systemUTC(), authority.authority()));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.close();
    }
}
