package io.espalier.agent.enrol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The enrolment exchange as JSON. */
final class EnrolmentJson {
    private static final JsonFactory JSON = new JsonFactory();

    private EnrolmentJson() {}

    static byte[] request(String token, String deviceId, String nonce, String agentVersion) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("token", token);
            json.writeStringField("deviceId", deviceId);
            json.writeStringField("nonce", nonce);
            json.writeNullField("csr");
            json.writeStringField("agentVersion", agentVersion);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /** Parses the controller's answer; throws where it is not one. */
    static Enrolment enrolment(byte[] json) throws IOException {
        Map<String, String> fields = strings(json);
        return new Enrolment(
                field(fields, "tenant"),
                field(fields, "deviceId"),
                field(fields, "mqtt.url"),
                fields.getOrDefault("mqtt.username", ""),
                fields.getOrDefault("mqtt.password", ""),
                field(fields, "kafka.bootstrapServers"),
                field(fields, "trust"));
    }

    /** The detail or title of a problem+json body; empty where there is none. */
    static String problem(byte[] body) {
        try {
            Map<String, String> fields = strings(body);
            return fields.getOrDefault("detail", fields.getOrDefault("title", ""));
        } catch (IOException e) {
            return "";
        }
    }

    private static String field(Map<String, String> fields, String name) throws IOException {
        String value = fields.get(name);
        if (value == null || value.isBlank()) {
            throw new IOException("the controller's answer has no \"" + name + "\"");
        }
        return value;
    }

    /** Every string of the object, by its dotted path. */
    private static Map<String, String> strings(byte[] json) throws IOException {
        Map<String, String> found = new HashMap<>();
        try (JsonParser parser = JSON.createParser(json)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.VALUE_STRING) {
                    String path = parser.getParsingContext().pathAsPointer().toString();
                    found.put(path.substring(1).replace('/', '.'), parser.getText());
                }
            }
        }
        return found;
    }
}
