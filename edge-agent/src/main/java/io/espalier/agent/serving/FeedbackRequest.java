package io.espalier.agent.serving;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.espalier.agent.http.RequestRefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The true labels of an earlier inference, one for each sample of its batch. */
record FeedbackRequest(String id, List<Label> labels) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String FORM =
            "{\"id\": \"of the inference\", \"labels\": [index or name of the true class, ...]}";

    FeedbackRequest {
        labels = List.copyOf(labels);
    }

    /** As the caller wrote it: the index of a class, or its name. */
    record Label(String text, boolean isName) {}

    static FeedbackRequest read(byte[] body) throws RequestRefusedException {
        String id = null;
        List<Label> labels = new ArrayList<>();
        try (JsonParser json = JSON.createParser(body)) {
            expect(json.nextToken() == JsonToken.START_OBJECT, "it must be one object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                switch (field) {
                    case "id" -> {
                        expect(value == JsonToken.VALUE_STRING, "\"id\" must be a string");
                        id = InferRequest.id(json);
                    }
                    case "labels" -> {
                        expect(value == JsonToken.START_ARRAY, "\"labels\" must be an array");
                        while (json.nextToken() != JsonToken.END_ARRAY) {
                            expect(labels.size() < InferRequest.MOST_SAMPLES, "there are too many labels");
                            labels.add(label(json));
                        }
                    }
                    default -> json.skipChildren();
                }
            }
        } catch (IOException e) {
            throw InferRequest.notJson(e);
        }
        if (id == null || labels.isEmpty()) {
            throw refused("\"id\" or \"labels\" is missing");
        }
        return new FeedbackRequest(id, labels);
    }

    private static Label label(JsonParser json) throws IOException, RequestRefusedException {
        boolean isName = json.currentToken() == JsonToken.VALUE_STRING;
        expect(
                isName || json.currentToken() == JsonToken.VALUE_NUMBER_INT,
                "a label must be a whole number or a string, found " + json.getText());
        return new Label(json.getText(), isName);
    }

    private static void expect(boolean holds, String otherwise) throws RequestRefusedException {
        if (!holds) {
            throw refused(otherwise);
        }
    }

    private static RequestRefusedException refused(String why) {
        return new RequestRefusedException(400, why + "; feedback is " + FORM);
    }
}
