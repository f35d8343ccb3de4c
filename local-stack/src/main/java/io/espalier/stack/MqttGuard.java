package io.espalier.stack;

import io.espalier.tls.TopicRights;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.Subject;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager5;
import org.apache.activemq.artemis.spi.core.security.jaas.UserPrincipal;
import org.apache.activemq.artemis.utils.CertificateUtil;
import org.apache.activemq.artemis.utils.CompositeAddress;
import org.jspecify.annotations.Nullable;

/**
 * Lets clients do what {@link TopicRights} gives to the subject of their certificate. What a client says of itself adds
 * nothing: a user name or client id that is not its own ends the connection, before the rightful owner of that client id
 * loses his.
 */
final class MqttGuard implements ActiveMQSecurityManager5 {
    private final ServerTls tls;

    MqttGuard(ServerTls tls) {
        this.tls = tls;
    }

    /** Asked at each connect and, where the broker remembers nothing, before each {@link #authorize}. */
    @Override
    public @Nullable Subject authenticate(
            @Nullable String user,
            @Nullable String password,
            @Nullable RemotingConnection connection,
            @Nullable String securityDomain) {
        if (connection == null) {
            return null;
        }
        Optional<CertifiedClient> client = clientOf(connection.getSubject())
                .or(() -> tls.clientOf(CertificateUtil.getCertsFromConnection(connection)));
        return client.filter(known -> isWhoItSays(known, connection.getClientID(), user))
                .map(MqttGuard::subject)
                .orElse(null);
    }

    @Override
    public boolean authorize(Subject subject, Set<Role> roles, CheckType checkType, String address) {
        Optional<CertifiedClient> client = clientOf(subject);
        if (client.isEmpty()) {
            return false;
        }
        TopicRights rights = new TopicRights(client.get().subject());
        String topic = topicOf(address);
        return switch (checkType) {
            case SEND -> rights.mayPublish(topic);
            case CONSUME,
                    CREATE_DURABLE_QUEUE,
                    DELETE_DURABLE_QUEUE,
                    CREATE_NON_DURABLE_QUEUE,
                    DELETE_NON_DURABLE_QUEUE -> rights.maySubscribe(topic);
            case CREATE_ADDRESS -> rights.mayPublish(topic) || rights.maySubscribe(topic);
            default -> rights.isController();
        };
    }

    /**
     * Exact for every address that is a topic of ours: no name has a dot, and what the broker had to escape equals none.
     * Of an address with a queue behind it the address decides.
     */
    private static String topicOf(String address) {
        return CompositeAddress.extractAddressName(address).replace('.', '/');
    }

    /** The one whom {@link #authenticate} found; empty before. */
    static Optional<CertifiedClient> clientOf(@Nullable Subject subject) {
        return subject == null
                ? Optional.empty()
                : subject.getPrincipals(CertifiedClient.class).stream().findFirst();
    }

    private static boolean isWhoItSays(CertifiedClient client, @Nullable String clientId, @Nullable String user) {
        TopicRights rights = new TopicRights(client.subject());
        return clientId != null
                && rights.mayConnectAs(clientId)
                && (user == null || user.isEmpty() || rights.mayCallItself(user));
    }

    private static Subject subject(CertifiedClient client) {
        Subject subject = new Subject();
        subject.getPrincipals().add(client);
        subject.getPrincipals().add(new UserPrincipal(client.getName()));
        return subject;
    }

    /** Not asked of this kind of security manager; nobody is believed without a certificate. */
    @Override
    public boolean validateUser(@Nullable String user, @Nullable String password) {
        return false;
    }

    /** Likewise. */
    @Override
    public boolean validateUserAndRole(
            @Nullable String user, @Nullable String password, Set<Role> roles, CheckType checkType) {
        return false;
    }
}
