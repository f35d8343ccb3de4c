package io.espalier.stack;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQDisconnectedException;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;

/** Ends, within a second or so, the connections of clients whose certificate was revoked meanwhile. */
final class RevokedMqttClients implements Runnable {
    private static final long LOOK_EVERY_MILLIS = 1_000;

    private final ActiveMQServer server;
    private final ServerTls tls;

    private RevokedMqttClients(ActiveMQServer server, ServerTls tls) {
        this.server = server;
        this.tls = tls;
    }

    /** Looks until the broker stops. */
    static void watch(ActiveMQServer server, ServerTls tls) {
        ScheduledExecutorService broker = server.getScheduledPool();
        broker.scheduleWithFixedDelay(
                new RevokedMqttClients(server, tls), LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void run() {
        server.getRemotingService().getConnections().stream()
                .filter(connection -> MqttGuard.clientOf(connection.getSubject())
                        .filter(tls::isRevoked)
                        .isPresent())
                .forEach(RevokedMqttClients::end);
    }

    /** As if the network had failed, so that the client's will tells the controller. */
    private static void end(RemotingConnection connection) {
        connection.fail(new ActiveMQDisconnectedException("certificate revoked"));
    }
}
