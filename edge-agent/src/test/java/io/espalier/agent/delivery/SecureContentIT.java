package io.espalier.agent.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.espalier.agent.identity.DeviceIdentity;
import io.espalier.agent.identity.DeviceTls;
import io.espalier.agent.link.SecureContext;
import io.espalier.agent.state.Steps;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyArtifactServer;
import io.espalier.agent.toys.ToyCertifier;
import io.espalier.agent.toys.ToyTrust;
import io.espalier.agent.trust.TrustedTime;
import io.espalier.pki.AuthorityFolder;
import io.espalier.proto.DeviceId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large contents from a server that speaks to certified devices only, with no broker in reach. */
class SecureContentIT {
    private static final DeviceId DEVICE = new DeviceId("d1");
    private static final int CHUNK_BYTES = 16;

    @TempDir
    Path folder;

    private AuthorityFolder authority;
    private ToyArtifact artifact;
    private ToyArtifactServer server;

    @BeforeEach
    void start() throws Exception {
        authority = AuthorityFolder.open(
                folder.resolve("pki"), "secret".toCharArray(), Clock.systemUTC(), new SecureRandom());
        artifact = ToyArtifact.model(1, CHUNK_BYTES).overHttp();
        server = ToyArtifactServer.start(https()).holdContent(artifact);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void comeToADeviceThatShowsItsCertificateAndGoOnAfterABreak() throws Exception {
        ArtifactFetcher fetcher = fetcher(certified());
        server.cutRangesAfter(3 * CHUNK_BYTES + 1);
        assertThat(fetch(fetcher)).isInstanceOf(FetchResult.Unreachable.class);
        server.cutRangesAfter(Integer.MAX_VALUE);

        assertThat(fetch(fetcher))
                .isInstanceOfSatisfying(
                        FetchResult.Fetched.class,
                        fetched -> assertThat(fetched.artifact().content()).hasBinaryContent(artifact.content()));
        assertThat(server.ranges()).element(1).asString().startsWith("bytes=" + 3 * CHUNK_BYTES + "-");
    }

    @Test
    void doNotComeToADeviceThatShowsNone() throws Exception {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {authority.clientTrust()}, null);

        assertThat(fetch(fetcher(() -> trusting))).isInstanceOf(FetchResult.Unreachable.class);
        assertThat(server.requests()).isEmpty();
    }

    private FetchResult fetch(ArtifactFetcher fetcher) throws InterruptedException {
        return fetcher.fetch(artifact.digest(), 0, () -> true, fraction -> {});
    }

    private ArtifactFetcher fetcher(SecureContext tls) throws IOException {
        return BrokerlessFetcher.of(
                server.url(),
                tls,
                Files.createDirectories(folder.resolve("staging")),
                ToyTrust.of(folder.resolve("trust.pb"), DEVICE, Clock.systemUTC())::accept);
    }

    private SecureContext certified() throws IOException {
        DeviceIdentity identity = DeviceIdentity.at(
                DEVICE,
                folder.resolve("device.key"),
                folder.resolve("device.pem"),
                Steps.UNWATCHED,
                new SecureRandom());
        identity.load();
        ToyCertifier certifier = new ToyCertifier(Clock.systemUTC(), authority.authority());
        identity.install(
                certifier.certify(identity.request(), DEVICE, Duration.ofDays(7)),
                Optional.of(authority.authority().fingerprint()));
        return new DeviceTls(
                identity,
                Optional.of(authority.authority().fingerprint()),
                new TrustedTime(Instant.EPOCH, Clock.systemUTC(), System::nanoTime, new SplittableRandom(1)));
    }

    private HttpsServer https() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                authority.server("toy", List.of("127.0.0.1")).keyManagers(),
                new TrustManager[] {authority.clientTrust()},
                null);
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        https.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters asked = context.getDefaultSSLParameters();
                asked.setNeedClientAuth(true);
                parameters.setSSLParameters(asked);
            }
        });
        return https;
    }
}
