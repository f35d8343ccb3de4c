package io.espalier.agent.identity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.espalier.agent.link.BoundedHttp;
import io.espalier.agent.link.FlatJson;
import io.espalier.agent.link.SecureContext;
import io.espalier.proto.DeviceId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/** Asks the controller for the next certificate. */
final class RenewalHttp {
    private static final int MOST_ANSWER_BYTES = 1 << 16;
    private static final int OK = 200;

    private final JsonFactory json = new JsonFactory();
    private final BoundedHttp http;
    private final URI controller;
    private final DeviceId device;

    RenewalHttp(URI controller, DeviceId device, SecureContext tls) {
        this.http = new BoundedHttp(tls);
        this.controller = controller;
        this.device = device;
    }

    /** What to sign, and the controller's time. */
    record Challenge(String nonce, Instant now) {}

    /** The controller says no, and why. */
    static final class RefusedException extends Exception {
        RefusedException(String why) {
            super(why);
        }
    }

    Challenge challenge() throws IOException, InterruptedException {
        BoundedHttp.Answer answer = post("challenge", new byte[0]);
        if (answer.status() != OK) {
            throw new IOException("HTTP " + answer.status());
        }
        Map<String, String> fields = FlatJson.strings(answer.body());
        try {
            return new Challenge(FlatJson.required(fields, "nonce"), Instant.parse(FlatJson.required(fields, "now")));
        } catch (DateTimeException e) {
            throw new IOException("the controller's time cannot be read", e);
        }
    }

    /** The chain as PEM. */
    String renew(String nonce, byte[] proof) throws IOException, InterruptedException, RefusedException {
        BoundedHttp.Answer answer = post("renew", body(nonce, proof));
        if (answer.status() == 401 || answer.status() == 403) {
            throw new RefusedException(FlatJson.problem(answer.body()) + " (HTTP " + answer.status() + ")");
        }
        if (answer.status() != OK) {
            throw new IOException(FlatJson.problem(answer.body()) + " (HTTP " + answer.status() + ")");
        }
        return FlatJson.required(FlatJson.strings(answer.body()), "certificate");
    }

    private BoundedHttp.Answer post(String what, byte[] body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(controller + "/api/v1/certificates/" + what))
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json, application/problem+json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body)),
                MOST_ANSWER_BYTES);
    }

    private byte[] body(String nonce, byte[] proof) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = json.createGenerator(out)) {
            generator.writeStartObject();
            generator.writeStringField("deviceId", device.value());
            generator.writeStringField("nonce", nonce);
            generator.writeStringField("proof", Base64.getEncoder().encodeToString(proof));
            generator.writeEndObject();
        }
        return out.toByteArray();
    }
}
