package io.espalier.tls;

import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What one client may do at the MQTT broker. A device writes what it says of itself and reads, topic by topic, what it is
 * told and what its tenant publishes; wildcards are for the controller alone.
 */
public final class TopicRights {
    private static final List<DeviceChannel> WRITTEN_BY_DEVICES = List.of(
            DeviceChannel.PRESENCE,
            DeviceChannel.PROFILE,
            DeviceChannel.REPORTED,
            DeviceChannel.NEED,
            DeviceChannel.TELEMETRY);
    private static final List<DeviceChannel> READ_BY_DEVICES = List.of(DeviceChannel.DESIRED, DeviceChannel.RECEIPT);

    private final CertifiedSubject subject;

    public TopicRights(CertifiedSubject subject) {
        this.subject = subject;
    }

    /** A device's client ids name its tenant and itself, so that nobody pushes another off the broker. */
    public boolean mayConnectAs(String clientId) {
        if (subject instanceof CertifiedSubject.Device device) {
            return new Topics(device.tenant()).isClientId(device.id(), clientId);
        }
        return isController();
    }

    /** A user name is not needed; one that is given must be the device's. */
    public boolean mayCallItself(String userName) {
        return subject instanceof CertifiedSubject.Device device
                ? device.id().value().equals(userName)
                : isController();
    }

    public boolean mayPublish(String topic) {
        if (subject instanceof CertifiedSubject.Device device) {
            return isOneOf(WRITTEN_BY_DEVICES, device, topic);
        }
        return isController();
    }

    public boolean maySubscribe(String filter) {
        if (subject instanceof CertifiedSubject.Device device) {
            return isOneOf(READ_BY_DEVICES, device, filter)
                    || publishedToAll(device.tenant()).matcher(filter).matches();
        }
        return isController();
    }

    private static boolean isOneOf(List<DeviceChannel> channels, CertifiedSubject.Device device, String topic) {
        Topics topics = new Topics(device.tenant());
        return channels.stream()
                .anyMatch(channel -> topics.device(device.id(), channel).equals(topic));
    }

    /** Whether this is the one service that may do everything. */
    public boolean isController() {
        return subject instanceof CertifiedSubject.Service service
                && service.name().equals(CertifiedSubject.Service.CONTROLLER);
    }

    /** The artifacts and roots of a tenant; matches no filter that stands for more than one topic. */
    private static Pattern publishedToAll(String tenant) {
        return Pattern.compile("espalier/v1/" + Pattern.quote(tenant)
                + "/(artifacts/[0-9a-f]{64}/(manifest|chunks/[0-9]{1,9})|roots/[0-9]{1,20})");
    }
}
