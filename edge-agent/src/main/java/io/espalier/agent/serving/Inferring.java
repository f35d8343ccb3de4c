package io.espalier.agent.serving;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import io.espalier.agent.http.Reply;
import io.espalier.agent.http.RequestRefusedException;
import io.espalier.agent.inference.LoadedModel;
import io.espalier.agent.inference.ModelUnusableException;
import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.telemetry.TelemetryRecorder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/** Answers an inference request: each sample of its batch is one timed inference. */
final class Inferring {
    private final String modelName;
    private final TelemetryRecorder telemetry;
    private final PendingAnswers pending;

    Inferring(String modelName, TelemetryRecorder telemetry, PendingAnswers pending) {
        this.modelName = modelName;
        this.telemetry = telemetry;
        this.pending = pending;
    }

    Reply infer(ServedModel serving, InferRequest request) throws RequestRefusedException, ModelUnusableException {
        LoadedModel model = serving.model();
        int batch = batch(model, request);
        int outputs = model.output().capacity();
        float[] answers = new float[batch * outputs];
        int[] classes = new int[batch];
        for (int sample = 0; sample < batch; sample++) {
            fill(serving, request, sample);
            try {
                telemetry.inference(serving, model.runNanos());
            } catch (ModelUnusableException e) {
                telemetry.error(serving);
                throw e;
            }
            model.output().get(0, answers, sample * outputs, outputs);
            classes[sample] = model.argmax();
        }
        request.id().ifPresent(id -> pending.remember(id, serving, classes));
        return reply(serving, request, batch, answers);
    }

    private static int batch(LoadedModel model, InferRequest request) throws RequestRefusedException {
        expect(
                request.inputName().equals(model.inputName()),
                "the model has no input \"" + request.inputName() + "\", its input is \"" + model.inputName() + "\"");
        for (String output : request.outputs()) {
            expect(
                    output.equals(model.outputName()),
                    "the model has no output \"" + output + "\", its output is \"" + model.outputName() + "\"");
        }
        int elements = model.inputShape().elements();
        List<Long> one = model.inputShape().dimensions();
        List<Long> given = request.shape();
        boolean fits =
                given.size() == one.size() && given.subList(1, given.size()).equals(one.subList(1, one.size()));
        expect(
                fits && given.get(0) >= 1 && given.get(0) <= InferRequest.MOST_SAMPLES,
                "shape " + given + " does not fit, the model takes [1.." + InferRequest.MOST_SAMPLES + ", "
                        + one.subList(1, one.size()) + "]");
        int batch = Math.toIntExact(given.get(0));
        expect(
                request.values().size() == batch * (long) elements,
                "shape " + given + " asks for " + batch * (long) elements + " values, the data has "
                        + request.values().size());
        return batch;
    }

    private static void fill(ServedModel serving, InferRequest request, int sample)
            throws RequestRefusedException, ModelUnusableException {
        FloatList values = request.values();
        FloatBuffer input = serving.model().input();
        int elements = input.capacity();
        int start = sample * elements;
        switch (request.datatype()) {
            case "FP32" -> values.copy(start, elements, input);
            case "UINT8" -> {
                byte[] raw = new byte[elements];
                for (int i = 0; i < elements; i++) {
                    float value = values.get(start + i);
                    expect(
                            value >= 0 && value <= 255 && value == (int) value,
                            "UINT8 data must be whole numbers from 0 to 255, found " + value);
                    raw[i] = (byte) (int) value;
                }
                serving.preparation().writeBytes(ByteString.copyFrom(raw), input);
            }
            default ->
                throw new RequestRefusedException(
                        400, "datatype " + request.datatype() + " is not served, use FP32 or UINT8");
        }
    }

    private Reply reply(ServedModel serving, InferRequest request, int batch, float[] answers) {
        byte[] json = Reply.object(out -> {
            out.writeStringField("model_name", modelName);
            out.writeStringField("model_version", serving.variant().getVariantDigest());
            if (request.id().isPresent()) {
                out.writeStringField("id", request.id().get());
            }
            out.writeArrayFieldStart("outputs");
            output(out, serving.model(), request, batch, answers);
            out.writeEndArray();
        });
        if (!request.binaryOutput()) {
            return new Reply(200, "application/json", Map.of(), json);
        }
        ByteBuffer body = ByteBuffer.allocate(json.length + answers.length * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(json);
        for (float answer : answers) {
            body.putFloat(answer);
        }
        return new Reply(
                200,
                "application/octet-stream",
                Map.of(InferRequest.JSON_LENGTH_HEADER, Integer.toString(json.length)),
                body.array());
    }

    private static void output(JsonGenerator json, LoadedModel model, InferRequest request, int batch, float[] answers)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("name", model.outputName());
        json.writeStringField("datatype", "FP32");
        json.writeArrayFieldStart("shape");
        json.writeNumber(batch);
        List<Long> shape = model.outputShape().dimensions();
        for (long dimension : shape.subList(1, shape.size())) {
            json.writeNumber(dimension);
        }
        json.writeEndArray();
        if (request.binaryOutput()) {
            json.writeObjectFieldStart("parameters");
            json.writeNumberField("binary_data_size", answers.length * Float.BYTES);
            json.writeEndObject();
        } else {
            json.writeArrayFieldStart("data");
            for (float answer : answers) {
                json.writeNumber(answer);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void expect(boolean holds, String otherwise) throws RequestRefusedException {
        if (!holds) {
            throw new RequestRefusedException(400, otherwise);
        }
    }
}
