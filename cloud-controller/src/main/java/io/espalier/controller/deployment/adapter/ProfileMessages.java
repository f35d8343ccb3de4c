package io.espalier.controller.deployment.adapter;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.controller.database.StorableText;
import io.espalier.controller.live.LiveEvents;
import io.espalier.controller.mqtt.MqttLink;
import io.espalier.controller.mqtt.MqttMessage;
import io.espalier.controller.profile.DeviceProfile;
import io.espalier.controller.profile.ProfileStore;
import io.espalier.controller.profile.ProfileStored;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.ProbeTiming;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Hears what devices measured. */
@Singleton
final class ProfileMessages {
    private static final Logger LOG = Logger.getLogger(ProfileMessages.class);
    private static final int MOST_PROBES = 1000;

    private final MqttLink link;
    private final Topics topics;
    private final ProfileStore profiles;
    private final LiveEvents live;

    ProfileMessages(
            MqttLink link,
            @ConfigProperty(name = "espalier.tenant") String tenant,
            ProfileStore profiles,
            LiveEvents live) {
        this.link = link;
        this.topics = new Topics(tenant);
        this.profiles = profiles;
        this.live = live;
    }

    void start(@Observes StartupEvent event) {
        link.subscribe(topics.everyDevice(DeviceChannel.PROFILE), this::profile);
    }

    private void profile(MqttMessage message) {
        DeviceProfile profile;
        try {
            profile = decode(topics.deviceOf(message.topic()), message.payload());
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            LOG.warnf(
                    "A profile on %s cannot be read: %s",
                    message.topic(), StorableText.line(String.valueOf(e.getMessage())));
            return;
        }
        if (profiles.upsert(profile)) {
            live.publish(new ProfileStored(profile.device(), profile.suiteDigest()));
        }
    }

    static DeviceProfile decode(DeviceId device, byte[] payload) throws InvalidProtocolBufferException {
        var message = io.espalier.proto.v1.DeviceProfile.parseFrom(payload);
        if (!message.getDeviceId().equals(device.value())) {
            throw new IllegalArgumentException("it speaks for device \"" + message.getDeviceId() + "\"");
        }
        if (message.getTimingsCount() > MOST_PROBES) {
            throw new IllegalArgumentException(
                    "it has " + message.getTimingsCount() + " probes; at most " + MOST_PROBES + " are read");
        }
        var hardware = message.getHardware();
        var runtime = message.getRuntime();
        List<DeviceProfile.ProbeTiming> timings =
                message.getTimingsList().stream().map(ProfileMessages::timing).toList();
        return new DeviceProfile(
                device,
                new Sha256(message.getSuiteDigest()).hex(),
                message.getEpoch(),
                message.getSequence(),
                Instant.ofEpochMilli(message.getMeasuredAtMillis()),
                new DeviceProfile.Hardware(
                        StorableText.of(hardware.getOs()),
                        StorableText.of(hardware.getArch()),
                        StorableText.of(hardware.getCpuModel()),
                        hardware.getCores(),
                        hardware.getIsaFlagsList().stream()
                                .map(StorableText::of)
                                .toList(),
                        hardware.getMemoryLimitBytes(),
                        hardware.getFreeDiskBytes(),
                        hardware.getEnergyCounter(),
                        Math.max(1, hardware.getSimulatedSlowdown())),
                new DeviceProfile.RuntimeKey(
                        StorableText.of(runtime.getRuntime()),
                        StorableText.of(runtime.getRuntimeVersion()),
                        runtime.getIntraOpThreads(),
                        StorableText.of(runtime.getOptimisationLevel())),
                timings);
    }

    private static DeviceProfile.ProbeTiming timing(ProbeTiming timing) {
        String probe = StorableText.of(timing.getProbe());
        return new DeviceProfile.ProbeTiming(
                probe,
                Measured.atLeastZero(timing.getMedianMicros(), "median of probe " + probe),
                Measured.atLeastZero(timing.getP95Micros(), "95th percentile of probe " + probe),
                timing.getSamples(),
                Measured.atLeastZero(timing.getNoise(), "noise of probe " + probe),
                StorableText.of(timing.getError()));
    }
}
