package io.espalier.agent.serving;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** An answer. {@code jsonBytes} is the length of the JSON part where binary tensors follow it, otherwise negative. */
record Reply(int status, String contentType, int jsonBytes, byte[] body) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Writes the fields of an object. */
    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    static Reply json(int status, Fields fields) {
        return new Reply(status, "application/json", -1, object(fields));
    }

    /** The protocol's form of an error. */
    static Reply error(int status, String reason) {
        return json(status, json -> json.writeStringField("error", reason));
    }

    static byte[] object(Fields fields) {
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
