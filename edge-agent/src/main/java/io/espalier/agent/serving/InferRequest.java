package io.espalier.agent.serving;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.espalier.agent.http.RequestRefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One inference request with its only input, whose values came as JSON numbers or, by the binary tensor extension, after
 * the JSON.
 */
record InferRequest(
        Optional<String> id,
        String inputName,
        String datatype,
        List<Long> shape,
        FloatList values,
        List<String> outputs,
        boolean binaryOutput) {
    static final String JSON_LENGTH_HEADER = "Inference-Header-Content-Length";
    static final int MOST_SAMPLES = 4096;
    static final int MOST_ID_CHARACTERS = 256;
    private static final JsonFactory JSON = new JsonFactory();

    /** Reads a request for a model that takes so many {@code elements} a sample, and no more values than that allows. */
    static InferRequest read(byte[] body, @Nullable String jsonLength, int elements) throws RequestRefusedException {
        int jsonBytes = body.length;
        if (jsonLength != null) {
            try {
                jsonBytes = Integer.parseInt(jsonLength.trim());
            } catch (NumberFormatException e) {
                throw new RequestRefusedException(400, JSON_LENGTH_HEADER + ": " + jsonLength + " is not a number");
            }
            if (jsonBytes < 0 || jsonBytes > body.length) {
                throw new RequestRefusedException(
                        400, JSON_LENGTH_HEADER + " is " + jsonBytes + ", the body has " + body.length + " bytes");
            }
        }
        try (JsonParser parser = JSON.createParser(body, 0, jsonBytes)) {
            Parsed parsed = new Parsed((int) Math.min(Integer.MAX_VALUE, (long) elements * MOST_SAMPLES));
            parsed.request(parser);
            return parsed.finish(ByteBuffer.wrap(body, jsonBytes, body.length - jsonBytes)
                    .slice()
                    .order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw notJson(e);
        }
    }

    static RequestRefusedException notJson(IOException e) {
        String message = String.valueOf(e.getMessage());
        int line = message.indexOf('\n');
        return new RequestRefusedException(
                400,
                "the request is not JSON as the protocol has it: " + (line < 0 ? message : message.substring(0, line)));
    }

    static String id(JsonParser json) throws IOException, RequestRefusedException {
        String id = json.getText();
        if (id.length() > MOST_ID_CHARACTERS) {
            throw new RequestRefusedException(
                    400, "\"id\" has " + id.length() + " characters, at most " + MOST_ID_CHARACTERS + " are kept");
        }
        return id;
    }

    /** What was seen so far of a request; fields may come in any order. */
    private static final class Parsed {
        private final int mostValues;
        private @Nullable String id;
        private int inputs;
        private @Nullable String name;
        private @Nullable String datatype;
        private final List<Long> shape = new ArrayList<>();
        private final FloatList values = new FloatList();
        private long binaryBytes = -1;
        private final List<String> outputs = new ArrayList<>();
        private boolean binaryByDefault;
        private @Nullable Boolean binaryOutput;

        Parsed(int mostValues) {
            this.mostValues = mostValues;
        }

        void request(JsonParser json) throws IOException, RequestRefusedException {
            expect(json.nextToken() == JsonToken.START_OBJECT, "it must be one object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                switch (field) {
                    case "id" -> id = id(json);
                    case "inputs" -> {
                        expect(value == JsonToken.START_ARRAY, "\"inputs\" must be an array");
                        while (json.nextToken() == JsonToken.START_OBJECT) {
                            expect(++inputs == 1, "this model has one input, the request gives more");
                            input(json);
                        }
                        expectEnd(json, "inputs");
                    }
                    case "outputs" -> {
                        expect(value == JsonToken.START_ARRAY, "\"outputs\" must be an array");
                        while (json.nextToken() == JsonToken.START_OBJECT) {
                            output(json);
                        }
                        expectEnd(json, "outputs");
                    }
                    case "parameters" -> parameters(json);
                    default -> json.skipChildren();
                }
            }
        }

        private void input(JsonParser json) throws IOException, RequestRefusedException {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                switch (field) {
                    case "name" -> name = json.getText();
                    case "datatype" -> datatype = json.getText();
                    case "shape" -> {
                        expect(value == JsonToken.START_ARRAY, "\"shape\" must be an array of numbers");
                        while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                            shape.add(json.getLongValue());
                        }
                        expectEnd(json, "shape");
                    }
                    case "data" -> {
                        expect(value == JsonToken.START_ARRAY, "\"data\" must be an array of numbers");
                        data(json);
                    }
                    case "parameters" -> parameters(json);
                    default -> json.skipChildren();
                }
            }
        }

        private static void expectEnd(JsonParser json, String array) throws RequestRefusedException {
            expect(
                    json.currentToken() == JsonToken.END_ARRAY,
                    "\"" + array + "\" holds something of another kind: " + json.currentToken());
        }

        private void data(JsonParser json) throws IOException, RequestRefusedException {
            int depth = 1;
            while (depth > 0) {
                JsonToken token = json.nextToken();
                expect(token != null, "\"data\" ends too soon");
                switch (token) {
                    case START_ARRAY -> depth++;
                    case END_ARRAY -> depth--;
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> add(json.getFloatValue());
                    default ->
                        throw new RequestRefusedException(400, "\"data\" must hold numbers, found " + json.getText());
                }
            }
        }

        private void add(float value) throws RequestRefusedException {
            if (!values.add(value, mostValues)) {
                throw tooMany();
            }
        }

        private RequestRefusedException tooMany() {
            return new RequestRefusedException(
                    400, "more than the " + mostValues + " values of " + MOST_SAMPLES + " samples this model takes");
        }

        private void addBinary(ByteBuffer binary) throws RequestRefusedException {
            if ("FP32".equals(datatype)) {
                expect(binary.remaining() % Float.BYTES == 0, "the binary data ends within a value");
                if (!values.addAll(binary.asFloatBuffer(), mostValues)) {
                    throw tooMany();
                }
            } else {
                while (binary.hasRemaining()) {
                    add(binary.get() & 0xff);
                }
            }
        }

        private void output(JsonParser json) throws IOException {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "name" -> outputs.add(json.getText());
                    case "parameters" -> parameters(json);
                    default -> json.skipChildren();
                }
            }
        }

        private void parameters(JsonParser json) throws IOException {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                if (field.equals("binary_data_size") && value == JsonToken.VALUE_NUMBER_INT) {
                    binaryBytes = json.getLongValue();
                } else if (field.equals("binary_data")) {
                    binaryOutput = value == JsonToken.VALUE_TRUE;
                } else if (field.equals("binary_data_output")) {
                    binaryByDefault = value == JsonToken.VALUE_TRUE;
                } else {
                    json.skipChildren();
                }
            }
        }

        InferRequest finish(ByteBuffer binary) throws RequestRefusedException {
            expect(inputs == 1, "\"inputs\" must hold one input");
            if (name == null || datatype == null || shape.isEmpty()) {
                throw new RequestRefusedException(400, "the input needs \"name\", \"datatype\" and \"shape\"");
            }
            expect(
                    binaryBytes >= 0 || !binary.hasRemaining(),
                    binary.remaining() + " bytes follow the JSON, but no input has \"binary_data_size\"");
            if (binaryBytes >= 0) {
                expect(
                        binaryBytes == binary.remaining() && values.size() == 0,
                        "\"binary_data_size\" is " + binaryBytes + ", " + binary.remaining()
                                + " bytes follow the JSON; \"data\" must be absent then");
                addBinary(binary);
            }
            return new InferRequest(
                    Optional.ofNullable(id),
                    name,
                    datatype,
                    List.copyOf(shape),
                    values,
                    List.copyOf(outputs),
                    binaryOutput == null ? binaryByDefault : binaryOutput);
        }

        private static void expect(boolean holds, String otherwise) throws RequestRefusedException {
            if (!holds) {
                throw new RequestRefusedException(400, otherwise);
            }
        }
    }
}
