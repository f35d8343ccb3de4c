package io.espalier.controller.deployment.adapter;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.controller.database.StorableText;
import io.espalier.controller.deployment.DeviceHeard;
import io.espalier.controller.deployment.History;
import io.espalier.controller.deployment.Report;
import io.espalier.controller.live.LiveEvents;
import io.espalier.controller.mqtt.MqttLink;
import io.espalier.controller.mqtt.MqttMessage;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.Presence;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Hears presence and reports. What cannot be read is counted, logged and left: it would never become readable. */
@Singleton
final class DeviceMessages {
    private static final Logger LOG = Logger.getLogger(DeviceMessages.class);

    private final MqttLink link;
    private final Topics topics;
    private final JdbcReports reports;
    private final History history;
    private final LiveEvents live;
    private final DesiredPublisher desired;
    private final SignedAssignments assignments;
    private final Counter unreadable;

    DeviceMessages(
            MqttLink link,
            @ConfigProperty(name = "espalier.tenant") String tenant,
            JdbcReports reports,
            History history,
            LiveEvents live,
            DesiredPublisher desired,
            SignedAssignments assignments,
            MeterRegistry meters) {
        this.link = link;
        this.topics = new Topics(tenant);
        this.reports = reports;
        this.history = history;
        this.live = live;
        this.desired = desired;
        this.assignments = assignments;
        this.unreadable = Counter.builder("espalier.mqtt.unreadable")
                .description("Messages of devices that could not be read")
                .register(meters);
    }

    void start(@Observes StartupEvent event) {
        link.subscribe(topics.everyDevice(DeviceChannel.PRESENCE), message -> read(message, this::presence));
        link.subscribe(topics.everyDevice(DeviceChannel.REPORTED), message -> read(message, this::reported));
    }

    private void presence(DeviceId device, byte[] payload) throws InvalidProtocolBufferException {
        Presence presence = Presence.parseFrom(payload);
        boolean asks = presence.getOnline() && assignments.answer(device, StorableText.of(presence.getNonce()));
        boolean changed = reports.presence(device, StorableText.of(presence.getSessionId()), presence.getOnline());
        if (changed) {
            history.tell(
                    device,
                    presence.getOnline() ? "online" : "offline",
                    presence.getOnline() ? "Connected." : "The connection was lost or closed.");
            live.publish(new DeviceHeard(device.value()));
        }
        if (asks || changed && presence.getOnline()) {
            // A broker may lose a retained message that is published in the moment of the subscription.
            desired.publish(device);
        }
    }

    private void reported(DeviceId device, byte[] payload) throws InvalidProtocolBufferException {
        Report report = ReportCodec.decode(device, payload);
        if (reports.store(report)) {
            live.publish(new DeviceHeard(device.value()));
        }
    }

    private interface Reader {
        void read(DeviceId device, byte[] payload) throws InvalidProtocolBufferException;
    }

    private void read(MqttMessage message, Reader reader) {
        if (message.payload().length == 0) {
            return; // A retained message that was removed.
        }
        try {
            reader.read(topics.deviceOf(message.topic()), message.payload());
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            unreadable.increment();
            LOG.warnf(
                    "A message on %s cannot be read: %s",
                    message.topic(), StorableText.line(String.valueOf(e.getMessage())));
        }
    }
}
