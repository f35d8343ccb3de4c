package io.espalier.hivemq;

import com.hivemq.extension.sdk.api.events.client.ClientLifecycleEventListener;
import com.hivemq.extension.sdk.api.events.client.parameters.AuthenticationSuccessfulInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ConnectionStartInput;
import com.hivemq.extension.sdk.api.events.client.parameters.DisconnectEventInput;
import com.hivemq.extension.sdk.api.services.Services;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Who is connected by which certificate. */
final class ConnectedClients implements ClientLifecycleEventListener {
    private final Map<String, String> serialByClient = new ConcurrentHashMap<>();

    void connects(String clientId, String serial) {
        serialByClient.put(clientId, serial);
    }

    /** Ends the connections of clients whose certificate was taken back; their wills tell the controller. */
    void cutOff(RevocationList revoked) {
        serialByClient.forEach((client, serial) -> {
            if (revoked.holds(serial)) {
                // Who is still there is found again at the next look.
                var unused = Services.clientService().disconnectClient(client, false);
            }
        });
    }

    @Override
    public void onMqttConnectionStart(ConnectionStartInput input) {
        // Nobody has said yet who he is.
    }

    @Override
    public void onAuthenticationSuccessful(AuthenticationSuccessfulInput input) {
        // Noted by who let him in.
    }

    @Override
    public void onDisconnect(DisconnectEventInput input) {
        String client = input.getClientInformation().getClientId();
        input.getConnectionInformation()
                .getConnectionAttributeStore()
                .getAsString(CertificateAuthenticator.SERIAL)
                .ifPresent(serial -> serialByClient.remove(client, serial));
    }
}
