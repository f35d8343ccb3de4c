package io.espalier.proto;

/** Every Kafka topic, and the CloudEvents attributes (binary mode: record headers) its records carry. */
public final class KafkaTopics {
    /** {@code TelemetryBatch}, keyed by device id. */
    public static final String TELEMETRY = "espalier.telemetry.v1";

    /** {@code Event}, keyed by device id. */
    public static final String EVENTS = "espalier.events.v1";

    /** Fleet rollups for dashboards, written by the controller. */
    public static final String ROLLUPS = "espalier.rollups.v1";

    public static final String HEADER_SPEC_VERSION = "ce_specversion";
    public static final String HEADER_ID = "ce_id";
    public static final String HEADER_SOURCE = "ce_source";
    public static final String HEADER_TYPE = "ce_type";
    public static final String HEADER_CONTENT_TYPE = "content-type";

    /** The device's signature over the record, DER; agents from before there were certificates send none. */
    public static final String HEADER_SIGNATURE = "espalier-signature";

    public static final String SPEC_VERSION = "1.0";
    public static final String CONTENT_TYPE = "application/protobuf";
    public static final String TYPE_TELEMETRY = "io.espalier.telemetry.v1";
    public static final String TYPE_EVENT = "io.espalier.event.v1";

    private KafkaTopics() {}

    /** The CloudEvents id of a record: the same for every copy of it. */
    public static String eventId(DeviceId device, long epoch, long sequence) {
        return device + "/" + Long.toUnsignedString(epoch) + "/" + Long.toUnsignedString(sequence);
    }

    /** The CloudEvents source of a device's records. */
    public static String source(String tenant, DeviceId device) {
        return "/espalier/" + tenant + "/devices/" + device;
    }
}
