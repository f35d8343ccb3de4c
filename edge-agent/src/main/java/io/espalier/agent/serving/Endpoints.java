package io.espalier.agent.serving;

import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.HttpExchange;
import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.inference.ModelUnusableException;
import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.inference.TensorShape;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.proto.v1.InputContract;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The protocol's paths. */
final class Endpoints {
    private static final String MODEL_NAME = "model";
    private static final int MOST_BODY_BYTES = 32 << 20;
    private static final Pattern MODEL_PATH =
            Pattern.compile("/v2/models/([^/]+)(?:/versions/([^/]+))?(/ready|/infer)?/?");

    private final ActiveModel active;
    private final Inferring inferring;
    private final String agentVersion;

    Endpoints(ActiveModel active, TelemetryRecorder telemetry, String agentVersion) {
        this.active = active;
        this.inferring = new Inferring(MODEL_NAME, telemetry);
        this.agentVersion = agentVersion;
    }

    Reply answer(HttpExchange exchange) throws IOException, RequestRefusedException, ModelUnusableException {
        String path = exchange.getRequestURI().getPath();
        Matcher model = MODEL_PATH.matcher(path);
        if (model.matches()) {
            return model(exchange, model.group(1), model.group(2), model.group(3));
        }
        demand(exchange, "GET");
        return switch (path) {
            case "/v2", "/v2/" -> Reply.json(200, this::serverMetadata);
            case "/v2/health/live" -> Reply.json(200, json -> json.writeBooleanField("live", true));
            case "/v2/health/ready" -> readiness("ready");
            default -> throw new RequestRefusedException(404, "nothing is at " + path);
        };
    }

    private void serverMetadata(JsonGenerator json) throws IOException {
        json.writeStringField("name", "espalier-edge-agent");
        json.writeStringField("version", agentVersion);
        json.writeArrayFieldStart("extensions");
        json.writeString("binary_tensor_data");
        json.writeEndArray();
    }

    private Reply readiness(String field) throws ModelUnusableException {
        boolean ready = active.use(serving -> true).isPresent();
        return Reply.json(ready ? 200 : 503, json -> json.writeBooleanField(field, ready));
    }

    private Reply model(HttpExchange exchange, String name, @Nullable String version, @Nullable String action)
            throws IOException, RequestRefusedException, ModelUnusableException {
        if (!name.equals(MODEL_NAME)) {
            throw new RequestRefusedException(
                    404, "no model \"" + name + "\": this device serves \"" + MODEL_NAME + "\"");
        }
        demand(exchange, "/infer".equals(action) ? "POST" : "GET");
        if ("/ready".equals(action)) {
            return readiness("ready");
        }
        if ("/infer".equals(action)) {
            int elements =
                    active.use(model -> model.model().inputShape().elements()).orElseThrow(Endpoints::noModel);
            InferRequest request = InferRequest.read(
                    body(exchange), exchange.getRequestHeaders().getFirst(InferRequest.JSON_LENGTH_HEADER), elements);
            return serving(version, model -> inferring.infer(model, request));
        }
        return serving(version, model -> Reply.json(200, json -> metadata(json, model)));
    }

    /** Does something with the serving model, if it is of the version asked for. */
    @FunctionalInterface
    private interface WithModel {
        Reply answer(ServedModel model) throws RequestRefusedException, ModelUnusableException;
    }

    private Reply serving(@Nullable String version, WithModel with)
            throws RequestRefusedException, ModelUnusableException {
        RequestRefusedException[] refusal = new RequestRefusedException[1];
        Reply reply = active.use(model -> {
                    try {
                        String serves = model.variant().getVariantDigest();
                        if (version != null && !version.equals(serves)) {
                            throw new RequestRefusedException(
                                    404, "version " + version + " does not serve here, " + serves + " does");
                        }
                        return with.answer(model);
                    } catch (RequestRefusedException e) {
                        refusal[0] = e;
                        return Reply.error(e.status(), e.reason());
                    }
                })
                .orElseThrow(Endpoints::noModel);
        if (refusal[0] != null) {
            throw refusal[0];
        }
        return reply;
    }

    private static RequestRefusedException noModel() {
        return new RequestRefusedException(503, "no model serves yet on this device");
    }

    private static void metadata(JsonGenerator json, ServedModel model) throws IOException {
        json.writeStringField("name", MODEL_NAME);
        json.writeArrayFieldStart("versions");
        json.writeString(model.variant().getVariantDigest());
        json.writeEndArray();
        json.writeStringField("platform", "onnxruntime_onnx");
        tensor(json, "inputs", model.model().inputName(), model.model().inputShape());
        tensor(json, "outputs", model.model().outputName(), model.model().outputShape());
        InputContract contract = model.variant().getInput();
        json.writeObjectFieldStart("parameters");
        json.writeStringField("input_contract", "UINT8: (raw * scale - mean) / std is applied; FP32: taken as it is");
        json.writeStringField("layout", contract.getLayout().name().replace("LAYOUT_", ""));
        json.writeNumberField("scale", contract.getScale());
        numbers(json, "mean", contract.getMeanList());
        numbers(json, "std", contract.getStdList());
        json.writeArrayFieldStart("class_names");
        for (String name : contract.getClassNamesList()) {
            json.writeString(name);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void tensor(JsonGenerator json, String field, String name, TensorShape shape) throws IOException {
        json.writeArrayFieldStart(field);
        json.writeStartObject();
        json.writeStringField("name", name);
        json.writeStringField("datatype", "FP32");
        json.writeArrayFieldStart("shape");
        json.writeNumber(-1);
        for (long dimension : shape.dimensions().subList(1, shape.dimensions().size())) {
            json.writeNumber(dimension);
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndArray();
    }

    private static void numbers(JsonGenerator json, String field, List<Float> values) throws IOException {
        json.writeArrayFieldStart(field);
        for (float value : values) {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }

    private static void demand(HttpExchange exchange, String method) throws RequestRefusedException {
        if (!exchange.getRequestMethod().equals(method)) {
            throw new RequestRefusedException(
                    405, exchange.getRequestMethod() + " is not for this path, use " + method);
        }
    }

    private static byte[] body(HttpExchange exchange) throws IOException, RequestRefusedException {
        try (InputStream in = exchange.getRequestBody()) {
            byte[] body = in.readNBytes(MOST_BODY_BYTES + 1);
            if (body.length > MOST_BODY_BYTES) {
                throw new RequestRefusedException(413, "the request has more than " + MOST_BODY_BYTES + " bytes");
            }
            return body;
        }
    }
}
