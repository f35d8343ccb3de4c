package io.espalier.hivemq;

import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import com.hivemq.extension.sdk.api.events.client.ClientLifecycleEventListener;
import com.hivemq.extension.sdk.api.events.client.parameters.AuthenticationSuccessfulInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ConnectionStartInput;
import com.hivemq.extension.sdk.api.events.client.parameters.DisconnectEventInput;
import com.hivemq.extension.sdk.api.services.Services;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who is connected by which certificate. A client that takes its own place is connected before its former connection ends, so
 * each connection counts by itself.
 */
final class ConnectedClients implements ClientLifecycleEventListener {
    /** Names, among a connection's attributes, the connection. */
    private static final String CONNECTION = "espalier.connection";

    private final Map<String, Connected> byConnection = new ConcurrentHashMap<>();

    private record Connected(String clientId, String serial) {}

    void connects(ConnectionInformation connection, String clientId, String serial) {
        String name = UUID.randomUUID().toString();
        connection.getConnectionAttributeStore().putAsString(CONNECTION, name);
        byConnection.put(name, new Connected(clientId, serial));
    }

    /** Ends the connections of clients whose certificate was taken back; their wills tell the controller. */
    void cutOff(RevocationList revoked) {
        revoked.serials()
                .ifPresent(serials -> byConnection.values().forEach(each -> {
                    if (serials.contains(each.serial())) {
                        // Who is still there is found again at the next look.
                        var unused = Services.clientService().disconnectClient(each.clientId(), false);
                    }
                }));
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
        input.getConnectionInformation()
                .getConnectionAttributeStore()
                .getAsString(CONNECTION)
                .ifPresent(byConnection::remove);
    }
}
