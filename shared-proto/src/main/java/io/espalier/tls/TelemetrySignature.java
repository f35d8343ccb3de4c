package io.espalier.tls;

import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;

/**
 * Says who wrote a record, whatever way it came: a signature with the device's key over the record's exact bytes, its type
 * and its name, which holds the device, the spool's epoch and the sequence.
 *
 * @see io.espalier.proto.KafkaTopics#eventId
 */
public final class TelemetrySignature {
    private static final String CONTEXT = "Espalier telemetry, 1";

    private TelemetrySignature() {}

    public static byte[] sign(PrivateKey key, String type, String eventId, byte[] record) {
        return Ecdsa.sign(key, prefix(type, eventId), record);
    }

    public static boolean isBy(PublicKey key, String type, String eventId, byte[] record, byte[] signature) {
        return Ecdsa.isBy(key, signature, prefix(type, eventId), record);
    }

    /** Neither type nor name holds a line break, so no two records have these and their bytes in common. */
    private static byte[] prefix(String type, String eventId) {
        return (CONTEXT + "\n" + type + "\n" + eventId + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
