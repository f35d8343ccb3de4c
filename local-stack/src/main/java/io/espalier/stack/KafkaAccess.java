package io.espalier.stack;

import io.espalier.proto.KafkaTopics;
import io.espalier.tls.CertifiedSubject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/**
 * Who may do what at a Kafka that is reached over TLS: whoever has a certificate appends to the topics devices report on,
 * the controller does everything, and nothing else is allowed.
 */
final class KafkaAccess {
    private static final int TIMEOUT_SECONDS = 60;
    private static final long MILLIS_BETWEEN_LOOKS = 20;
    private static final List<String> APPENDED_TO_BY_DEVICES = List.of(KafkaTopics.TELEMETRY, KafkaTopics.EVENTS);
    private static final String ANYBODY = "User:*";
    private static final String ANYWHERE = "*";

    private KafkaAccess() {}

    /** Settings of a broker, besides those of its listeners, that make it keep to the rules. */
    static Properties settings(String registeredTls, String broker) {
        Properties settings = new Properties();
        settings.put(TlsPlugins.SETTING, registeredTls);
        settings.put("ssl.engine.factory.class", KafkaTlsEngines.class.getName());
        settings.put("ssl.client.auth", "required");
        settings.put("principal.builder.class", KafkaPrincipals.class.getName());
        settings.put("authorizer.class.name", StandardAuthorizer.class.getName());
        settings.put("allow.everyone.if.no.acl.found", "false");
        settings.put(
                "super.users",
                "User:" + CertifiedClient.service(CertifiedSubject.Service.CONTROLLER) + ";User:"
                        + CertifiedClient.service(ServerTls.serviceName(broker)));
        return settings;
    }

    /** Grants what devices need; returns when the broker goes by it, which is a moment after it was written down. */
    static void grant(Admin admin) throws ExecutionException, InterruptedException, TimeoutException {
        List<AclBinding> grants = new ArrayList<>();
        for (String topic : APPENDED_TO_BY_DEVICES) {
            for (AclOperation operation : List.of(AclOperation.WRITE, AclOperation.DESCRIBE)) {
                grants.add(new AclBinding(
                        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                        new AccessControlEntry(ANYBODY, ANYWHERE, operation, AclPermissionType.ALLOW)));
            }
        }
        admin.createAcls(grants).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (!inForce(admin).containsAll(grants)) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("Kafka does not go by its access rules " + TIMEOUT_SECONDS
                        + " s after they were given: see its log");
            }
            TimeUnit.MILLISECONDS.sleep(MILLIS_BETWEEN_LOOKS);
        }
    }

    /** The broker answers this out of what it judges clients by. */
    private static Collection<AclBinding> inForce(Admin admin)
            throws ExecutionException, InterruptedException, TimeoutException {
        return admin.describeAcls(AclBindingFilter.ANY).values().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
}
