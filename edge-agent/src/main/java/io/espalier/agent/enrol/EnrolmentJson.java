package io.espalier.agent.enrol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.espalier.agent.link.FlatJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;

/** The enrolment exchange as JSON. */
final class EnrolmentJson {
    private static final JsonFactory JSON = new JsonFactory();

    private EnrolmentJson() {}

    static byte[] request(String token, String deviceId, String nonce, byte[] signingRequest, String agentVersion)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("token", token);
            json.writeStringField("deviceId", deviceId);
            json.writeStringField("nonce", nonce);
            json.writeStringField("csr", Base64.getEncoder().encodeToString(signingRequest));
            json.writeStringField("agentVersion", agentVersion);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /** The device's certificate and the authority's, as they stand in the controller's answer. */
    static String certificate(byte[] json) throws IOException {
        return FlatJson.required(FlatJson.strings(json), "certificate");
    }

    /** Parses the controller's answer; throws where it is not one. */
    static Enrolment enrolment(byte[] json) throws IOException {
        Map<String, String> fields = FlatJson.strings(json);
        return new Enrolment(
                FlatJson.required(fields, "tenant"),
                FlatJson.required(fields, "deviceId"),
                FlatJson.required(fields, "mqtt.url"),
                fields.getOrDefault("mqtt.username", ""),
                fields.getOrDefault("mqtt.password", ""),
                FlatJson.required(fields, "kafka.bootstrapServers"),
                fields.getOrDefault("kafka.securityProtocol", Enrolment.PLAINTEXT),
                FlatJson.required(fields, "trust"));
    }
}
