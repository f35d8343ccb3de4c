package io.espalier.hivemq;

import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.client.parameter.ClientTlsInformation;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import io.espalier.tls.CertifiedSubject;
import io.espalier.tls.TopicRights;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * Lets in who shows a certificate that is not revoked, under the client ids that are its own. That the certificate is of the
 * authority, the listener has seen to.
 */
final class CertificateAuthenticator implements SimpleAuthenticator {
    private final RevocationList revoked;
    private final ConnectedClients connected;

    CertificateAuthenticator(RevocationList revoked, ConnectedClients connected) {
        this.revoked = revoked;
        this.connected = connected;
    }

    @Override
    public void onConnect(SimpleAuthInput input, SimpleAuthOutput output) {
        String clientId = input.getClientInformation().getClientId();
        Optional<X509Certificate> certificate = certificate(input.getConnectionInformation());
        boolean mayConnect = certificate
                .filter(shown -> !revoked.holds(shown))
                .flatMap(CertifiedSubject::of)
                .map(TopicRights::new)
                .filter(rights -> rights.mayConnectAs(clientId))
                .filter(rights -> input.getConnectPacket()
                        .getUserName()
                        .map(rights::mayCallItself)
                        .orElse(true))
                .isPresent();
        if (!mayConnect) {
            output.failAuthentication(ConnackReasonCode.NOT_AUTHORIZED);
            return;
        }
        String serial = certificate.orElseThrow().getSerialNumber().toString();
        connected.connects(input.getConnectionInformation(), clientId, serial);
        output.authenticateSuccessfully();
    }

    static Optional<X509Certificate> certificate(ConnectionInformation connection) {
        return connection.getClientTlsInformation().flatMap(ClientTlsInformation::getClientCertificate);
    }
}
