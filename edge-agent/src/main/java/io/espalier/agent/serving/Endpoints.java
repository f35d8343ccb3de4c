package io.espalier.agent.serving;

import com.fasterxml.jackson.core.JsonGenerator;
import io.espalier.agent.http.Handler;
import io.espalier.agent.http.Reply;
import io.espalier.agent.http.Request;
import io.espalier.agent.http.RequestRefusedException;
import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.inference.ModelUnusableException;
import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.inference.TensorShape;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.proto.v1.InputContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The protocol's paths, and those for labels and for metrics. */
final class Endpoints implements Handler {
    private static final String MODEL_NAME = "model";
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final Pattern MODEL_PATH =
            Pattern.compile("/v2/models/([^/]+)(?:/versions/([^/]+))?(/ready|/infer|/feedback)?/?");

    private final ActiveModel active;
    private final Inferring inferring;
    private final Feedback feedback;
    private final Supplier<String> metrics;
    private final String agentVersion;

    Endpoints(ActiveModel active, TelemetryRecorder telemetry, Supplier<String> metrics, String agentVersion) {
        PendingAnswers pending = new PendingAnswers();
        this.active = active;
        this.inferring = new Inferring(MODEL_NAME, telemetry, pending);
        this.feedback = new Feedback(MODEL_NAME, telemetry, pending);
        this.metrics = metrics;
        this.agentVersion = agentVersion;
    }

    @Override
    public Reply answer(Request request) throws RequestRefusedException {
        Matcher model = MODEL_PATH.matcher(request.path());
        if (model.matches()) {
            try {
                return model(request, model.group(1), model.group(2), model.group(3));
            } catch (ModelUnusableException e) {
                return Reply.error(500, e.reason());
            }
        }
        demand(request, "GET");
        return switch (request.path()) {
            case "/v2", "/v2/" -> Reply.json(200, this::serverMetadata);
            case "/v2/health/live" -> Reply.json(200, json -> json.writeBooleanField("live", true));
            case "/v2/health/ready" -> readiness(null);
            case "/metrics" ->
                new Reply(200, METRICS_TYPE, Map.of(), metrics.get().getBytes(StandardCharsets.UTF_8));
            default -> throw new RequestRefusedException(404, "nothing is at " + request.path());
        };
    }

    private void serverMetadata(JsonGenerator json) throws IOException {
        json.writeStringField("name", "espalier-edge-agent");
        json.writeStringField("version", agentVersion);
        json.writeArrayFieldStart("extensions");
        json.writeString("binary_tensor_data");
        json.writeString("feedback");
        json.writeEndArray();
    }

    /** Does not wait for inferences that run. */
    private Reply readiness(@Nullable String version) {
        boolean ready = active.variant()
                .filter(serves -> version == null || version.equals(serves.variantDigest()))
                .isPresent();
        return Reply.json(ready ? 200 : 503, json -> json.writeBooleanField("ready", ready));
    }

    private Reply model(Request request, String name, @Nullable String version, @Nullable String action)
            throws RequestRefusedException, ModelUnusableException {
        if (!name.equals(MODEL_NAME)) {
            throw new RequestRefusedException(
                    404, "no model \"" + name + "\": this device serves \"" + MODEL_NAME + "\"");
        }
        demand(request, "/infer".equals(action) || "/feedback".equals(action) ? "POST" : "GET");
        if ("/ready".equals(action)) {
            return readiness(version);
        }
        if ("/feedback".equals(action)) {
            return feedback.take(FeedbackRequest.read(request.body()), version);
        }
        if ("/infer".equals(action)) {
            int elements = active.inputShape().orElseThrow(Endpoints::noModel).elements();
            InferRequest infer = InferRequest.read(
                    request.body(),
                    request.header(InferRequest.JSON_LENGTH_HEADER).orElse(null),
                    elements);
            return serving(version, model -> inferring.infer(model, infer));
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
                        return e.reply();
                    }
                })
                .orElseThrow(Endpoints::noModel);
        if (refusal[0] != null) {
            throw refusal[0];
        }
        return reply;
    }

    private static RequestRefusedException noModel() {
        return new RequestRefusedException(503, "no model serves yet on this device", Map.of("Retry-After", "5"));
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

    private static void demand(Request request, String method) throws RequestRefusedException {
        if (!request.method().equals(method)) {
            throw new RequestRefusedException(
                    405, request.method() + " is not for this path, use " + method, Map.of("Allow", method));
        }
    }
}
