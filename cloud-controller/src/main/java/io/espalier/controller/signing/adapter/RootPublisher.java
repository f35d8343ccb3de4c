package io.espalier.controller.signing.adapter;

import io.espalier.controller.mqtt.MqttLink;
import io.espalier.controller.signing.Notary;
import io.espalier.proto.Topics;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Keeps every root on the broker, each under its version: a device follows them from wherever it stands. */
@Singleton
final class RootPublisher {
    private static final Logger LOG = Logger.getLogger(RootPublisher.class);

    private final Notary notary;
    private final MqttLink link;
    private final Topics topics;

    RootPublisher(Notary notary, MqttLink link, @ConfigProperty(name = "espalier.tenant") String tenant) {
        this.notary = notary;
        this.link = link;
        this.topics = new Topics(tenant);
    }

    void start(@Observes StartupEvent event) {
        link.onConnected("roots-after-connect", this::publish);
        notary.onNewRoot(this::publish);
    }

    private void publish() {
        try {
            for (long version = 1; version <= notary.root().version(); version++) {
                byte[] root = notary.root(version).orElseThrow();
                link.publish(topics.root(version), root, true).join();
            }
        } catch (CompletionException e) {
            LOG.debugf("Roots were not published (%s); they are after the next connect", e.getCause());
        }
    }
}
