package io.espalier.controller.mqtt.adapter;

import io.espalier.controller.database.DatabasePatience;
import io.espalier.controller.database.DatabaseReady;
import io.espalier.controller.mqtt.MqttLink;
import io.espalier.controller.mqtt.MqttMessage;
import io.espalier.controller.pki.ServiceTls;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Connects, keeps the subscriptions and connects again after each loss, with pauses that grow to a bound. */
@Singleton
final class PahoLink implements MqttLink {
    private static final Logger LOG = Logger.getLogger(PahoLink.class);
    private static final long FIRST_PAUSE_MILLIS = 250;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    /** Profiles and needs that devices send while no controller runs are queued, not lost. */
    private static final Duration KEPT = Duration.ofDays(1);

    /** Far above what can be outstanding: brokers stall at the limit. Memory is bounded by the inbox. */
    private static final int MOST_UNACKNOWLEDGED = 4096;

    /** All that MQTT knows. */
    private static final long MOST_BYTES = 268_435_460L;

    private final BrokerAddress address;
    private final SessionTerms terms;
    private final ServiceTls tls;
    private final DatabasePatience patience;
    private final Inbox inbox;
    private final Set<String> filters = ConcurrentHashMap.newKeySet();
    private final List<OnConnected> connectedTasks = new CopyOnWriteArrayList<>();
    private final Thread keeper = new Thread(this::keepConnected, "mqtt-link");
    private volatile @Nullable PahoSession session;
    private volatile String problem;

    PahoLink(BrokerAddress address, ServiceTls tls, DatabasePatience patience) {
        this.tls = tls;
        this.patience = patience;
        this.inbox = new Inbox(patience);
        this.address = address;
        this.terms = new SessionTerms(address.clientId(), KEPT, MOST_UNACKNOWLEDGED, MOST_BYTES);
        this.problem = "not connected to the MQTT broker at " + address + " yet";
    }

    /** After the features have subscribed: a session that the broker kept may deliver at once. */
    void start(@Observes @Priority(4000) DatabaseReady event) {
        inbox.start();
        keeper.setDaemon(true);
        keeper.start();
    }

    void stop(@Observes ShutdownEvent event) {
        keeper.interrupt();
        PahoSession current = session;
        session = null;
        if (current != null) {
            current.close();
        }
        inbox.stop();
        connectedTasks.forEach(OnConnected::stop);
    }

    /** Why the broker cannot be used, with its address; null when it can. */
    @Nullable
    String problem() {
        PahoSession current = session;
        return current != null && current.isConnected() ? null : problem;
    }

    @Override
    public CompletableFuture<Void> publish(String topic, byte[] payload, boolean retained) {
        PahoSession current = session;
        return current == null
                ? CompletableFuture.failedFuture(new IOException(problem))
                : current.publish(topic, payload, retained);
    }

    @Override
    public void subscribe(String filter, Consumer<MqttMessage> handler) {
        inbox.route(filter, handler);
        filters.add(filter);
        PahoSession current = session;
        if (current != null) {
            try {
                current.subscribe(filter);
            } catch (MqttException e) {
                LOG.warnf(
                        "Cannot subscribe to %s: %s. It is tried again at the next connect",
                        filter, PahoSession.reason(e));
            }
        }
    }

    @Override
    public void onConnected(String name, Runnable task) {
        connectedTasks.add(new OnConnected(name, task, patience));
    }

    @Override
    public Set<String> retainedAmong(Collection<String> topics, Duration silence) throws InterruptedException {
        PahoSession current = session;
        Set<String> found = new HashSet<>();
        if (current == null) {
            return found;
        }
        LinkedBlockingQueue<String> arrived = new LinkedBlockingQueue<>();
        List<Object> routes = new ArrayList<>();
        try {
            for (String topic : topics) {
                routes.add(inbox.route(topic, message -> {
                    if (message.payload().length > 0) {
                        arrived.add(message.topic());
                    }
                }));
                current.subscribe(topic);
            }
            String answer;
            while (found.size() < topics.size()
                    && (answer = arrived.poll(silence.toMillis(), TimeUnit.MILLISECONDS)) != null) {
                found.add(answer);
            }
            for (String topic : topics) {
                current.unsubscribe(topic);
            }
        } catch (MqttException e) {
            LOG.debugf("Cannot look for retained messages: %s", PahoSession.reason(e));
        } finally {
            routes.forEach(inbox::unroute);
        }
        return found;
    }

    private void keepConnected() {
        long pauseMillis = FIRST_PAUSE_MILLIS;
        boolean told = false;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                PahoSession connected = PahoSession.connect(address, terms, tls, inbox);
                try {
                    for (String filter : filters) {
                        connected.subscribe(filter);
                    }
                    session = connected;
                    LOG.infof("Connected to the MQTT broker at %s", address);
                    pauseMillis = FIRST_PAUSE_MILLIS;
                    told = false;
                    connectedTasks.forEach(OnConnected::trigger);
                    String why = connected.awaitEnd();
                    problem = "the connection to the MQTT broker at " + address + " was lost: " + why;
                    LOG.warnf("Lost the connection to the MQTT broker at %s (%s); connecting again", address, why);
                } finally {
                    session = null;
                    connected.close();
                }
            } catch (MqttException e) {
                problem = "Cannot use the MQTT broker at " + address + ": " + PahoSession.reason(e);
                if (!told) {
                    LOG.warnf("%s. Trying again, at most every %d s", problem, LONGEST_PAUSE_MILLIS / 1000);
                    told = true;
                }
            } catch (InterruptedException e) {
                return;
            }
            try {
                Thread.sleep(pauseMillis);
            } catch (InterruptedException e) {
                return;
            }
            pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, pauseMillis * 2);
        }
    }
}
