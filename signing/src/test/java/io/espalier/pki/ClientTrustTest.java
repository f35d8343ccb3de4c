package io.espalier.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.proto.DeviceId;
import io.espalier.tls.CertifiedSubject;
import io.espalier.tls.TlsIdentity;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientTrustTest {
    private static final CertifiedSubject.Device CAMERA =
            new CertifiedSubject.Device("default", new DeviceId("camera"));

    @TempDir
    Path folder;

    @Test
    void trustsADeviceUntilItIsRevoked() throws Exception {
        AuthorityFolder opened = open(Clock.systemUTC());
        X509Certificate[] chain = chain(opened.authority());
        ClientTrust trust = opened.clientTrust();
        assertThatCode(() -> trust.checkClientTrusted(chain, "EC")).doesNotThrowAnyException();

        opened.revoke(List.of(chain[0].getSerialNumber()));

        assertThatThrownBy(() -> trust.checkClientTrusted(chain, "EC"))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("CN=camera")
                .hasMessageContaining("revoked");
    }

    @Test
    void trustsNobodyWhileTheListCannotBeRead() throws Exception {
        AuthorityFolder opened = open(Clock.systemUTC());
        Files.writeString(opened.revocationFile(), "rubbish");

        assertThatThrownBy(() -> opened.clientTrust().checkClientTrusted(chain(opened.authority()), "EC"))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("crl.pem");
    }

    @Test
    void refusesAListThatAnotherAuthoritySigned() throws Exception {
        AuthorityFolder opened = open(Clock.systemUTC());
        CertificateAuthority other = CertificateAuthority.draw(Clock.systemUTC(), new SecureRandom());
        Files.writeString(opened.revocationFile(), io.espalier.tls.Pem.of(other.revocations(List.of())));

        assertThatThrownBy(() -> opened.clientTrust().checkClientTrusted(chain(opened.authority()), "EC"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void refusesTheExpiredTheForeignAndServers() throws Exception {
        AuthorityFolder opened = open(Clock.systemUTC());
        ClientTrust trust = opened.clientTrust();

        for (X509Certificate[] chain : List.of(
                expired(opened.authority()),
                chain(CertificateAuthority.draw(Clock.systemUTC(), new SecureRandom())),
                opened.server("mqtt", List.of()).chain().toArray(new X509Certificate[0]))) {
            assertThatThrownBy(() -> trust.checkClientTrusted(chain, "EC")).isInstanceOf(CertificateException.class);
        }
    }

    @Test
    void letsADeviceAndAServerMeet() throws Exception {
        AuthorityFolder opened = open(Clock.systemUTC());
        KeyPair pair = Requests.pair("secp256r1");
        TlsIdentity device = new TlsIdentity(
                pair.getPrivate(),
                opened.authority().device(SigningRequest.of(Requests.of(pair)), CAMERA, Duration.ofDays(7)));

        assertThat(peer(opened, device)).isEqualTo(CAMERA);
    }

    private static CertifiedSubject peer(AuthorityFolder opened, TlsIdentity client) throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (SSLServerSocket listening = (SSLServerSocket) context(opened, opened.server("mqtt", List.of()))
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listening.setNeedClientAuth(true);
            Future<CertifiedSubject> seen = threads.submit(() -> {
                try (SSLSocket accepted = (SSLSocket) listening.accept()) {
                    accepted.startHandshake();
                    accepted.getOutputStream().write(1);
                    return CertifiedSubject.of(
                                    (X509Certificate) accepted.getSession().getPeerCertificates()[0])
                            .orElseThrow();
                }
            });
            try (Socket socket = context(opened, client)
                    .getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), listening.getLocalPort())) {
                assertThat(socket.getInputStream().read()).isEqualTo(1);
            }
            return seen.get();
        } finally {
            threads.shutdownNow();
        }
    }

    private static SSLContext context(AuthorityFolder opened, TlsIdentity identity) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(identity.keyManagers(), new TrustManager[] {opened.clientTrust()}, null);
        return context;
    }

    private static X509Certificate[] expired(CertificateAuthority authority) throws Exception {
        X509Certificate[] chain = authority
                .device(SigningRequest.of(Requests.of(Requests.pair("secp256r1"))), CAMERA, Duration.ofMillis(1))
                .toArray(new X509Certificate[0]);
        while (!Instant.now().isAfter(chain[0].getNotAfter().toInstant())) {
            Thread.onSpinWait();
        }
        return chain;
    }

    private static X509Certificate[] chain(CertificateAuthority authority) throws RequestRefusedException {
        return authority
                .device(SigningRequest.of(Requests.of(Requests.pair("secp256r1"))), CAMERA, Duration.ofDays(7))
                .toArray(new X509Certificate[0]);
    }

    /** Without the passphrase, whose rounds take time. */
    private AuthorityFolder open(Clock clock) {
        CertificateAuthority own = CertificateAuthority.draw(clock, new SecureRandom());
        AuthorityFolder opened = new AuthorityFolder(folder, own, clock);
        opened.revokeOnly(List.of());
        return opened;
    }
}
