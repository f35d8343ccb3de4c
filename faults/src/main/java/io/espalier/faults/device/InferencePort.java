package io.espalier.faults.device;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a device which model it serves, by an inference and not by its word. */
final class InferencePort {
    private static final String COLUMNS = """
            {"inputs":[{"name":"x","datatype":"UINT8","shape":[1,1,2,2],"data":[255,0,255,51]}]}""";
    private static final Pattern FIRST_OUTPUT = Pattern.compile("\"data\":\\[([0-9.E-]+),");
    private static final Duration LIMIT = Duration.ofSeconds(5);
    /** Of the toy model's first output, for that input, to its factor. */
    private static final double OUTPUT_PER_FACTOR = 2;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private final URI uri;

    InferencePort(int port) {
        uri = URI.create("http://127.0.0.1:" + port + "/v2/models/model/infer");
    }

    /** The factor of the toy model that answers; empty where none does. */
    OptionalDouble factor() throws InterruptedException {
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(uri)
                            .timeout(LIMIT)
                            .POST(HttpRequest.BodyPublishers.ofString(COLUMNS))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            Matcher output = FIRST_OUTPUT.matcher(response.body());
            return response.statusCode() == 200 && output.find()
                    ? OptionalDouble.of(Double.parseDouble(output.group(1)) / OUTPUT_PER_FACTOR)
                    : OptionalDouble.empty();
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
    }
}
