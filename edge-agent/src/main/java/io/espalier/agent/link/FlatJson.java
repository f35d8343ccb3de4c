package io.espalier.agent.link;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Reads the controller's answers, which are small objects of strings. */
public final class FlatJson {
    private static final JsonFactory JSON = new JsonFactory();

    private FlatJson() {}

    /** Every string of the object, by its dotted path. */
    public static Map<String, String> strings(byte[] json) throws IOException {
        Map<String, String> found = new HashMap<>();
        try (JsonParser parser = JSON.createParser(json)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.VALUE_STRING) {
                    String path = parser.getParsingContext().pathAsPointer().toString();
                    if (path.isEmpty()) {
                        throw new IOException("the answer is a string where an object was expected");
                    }
                    found.put(path.substring(1).replace('/', '.'), parser.getText());
                }
            }
        }
        return found;
    }

    public static String required(Map<String, String> fields, String name) throws IOException {
        String value = fields.get(name);
        if (value == null || value.isBlank()) {
            throw new IOException("the controller's answer has no \"" + name + "\"");
        }
        return value;
    }

    /** The detail or title of a problem+json body; empty where there is none. */
    public static String problem(byte[] body) {
        try {
            Map<String, String> fields = strings(body);
            return fields.getOrDefault("detail", fields.getOrDefault("title", ""));
        } catch (IOException e) {
            return "";
        }
    }
}
