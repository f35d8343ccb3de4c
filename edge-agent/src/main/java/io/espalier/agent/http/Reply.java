package io.espalier.agent.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** An answer. {@code headers} are those that the server does not write itself. */
public record Reply(int status, String contentType, Map<String, String> headers, byte[] body) {
    private static final JsonFactory JSON = new JsonFactory();

    public Reply {
        headers = Map.copyOf(headers);
    }

    /** Writes the fields of an object. */
    @FunctionalInterface
    public interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    public static Reply json(int status, Fields fields) {
        return new Reply(status, "application/json", Map.of(), object(fields));
    }

    /** The Open Inference Protocol's form of an error. */
    public static Reply error(int status, String reason) {
        return json(status, json -> json.writeStringField("error", reason));
    }

    Reply with(Map<String, String> other) {
        return new Reply(status, contentType, other, body);
    }

    public static byte[] object(Fields fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write JSON to memory", e);
        }
        return out.toByteArray();
    }
}
