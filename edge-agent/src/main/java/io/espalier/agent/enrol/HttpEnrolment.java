package io.espalier.agent.enrol;

import io.espalier.agent.enrol.EnrolmentResult.Enrolled;
import io.espalier.agent.enrol.EnrolmentResult.Refused;
import io.espalier.agent.enrol.EnrolmentResult.Unreachable;
import io.espalier.agent.link.Causes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks the controller once. */
final class HttpEnrolment {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient http;
    private final URI endpoint;

    HttpEnrolment(HttpClient http, URI controller) {
        this.http = http;
        this.endpoint = URI.create(controller + "/api/v1/enrol");
    }

    EnrolmentResult ask(byte[] request) throws InterruptedException {
        try {
            HttpResponse<byte[]> response = http.send(
                    HttpRequest.newBuilder(endpoint)
                            .timeout(TIMEOUT)
                            .header("Content-Type", "application/json")
                            .header("Accept", "application/json, application/problem+json")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(request))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            return judge(response.statusCode(), response.body());
        } catch (IOException e) {
            return new Unreachable(Causes.inShort(e));
        }
    }

    private static EnrolmentResult judge(int status, byte[] body) throws IOException {
        if (status == 200 || status == 201) {
            return new Enrolled(EnrolmentJson.enrolment(body), body);
        }
        String problem = EnrolmentJson.problem(body);
        String said = problem.isEmpty() ? "HTTP " + status : problem + " (HTTP " + status + ")";
        boolean passing = status >= 500 || status == 404 || status == 408 || status == 429;
        return passing ? new Unreachable(said) : new Refused(said);
    }
}
