package io.espalier.agent.enrol;

import io.espalier.agent.enrol.EnrolmentResult.Enrolled;
import io.espalier.agent.enrol.EnrolmentResult.Refused;
import io.espalier.agent.enrol.EnrolmentResult.Unreachable;
import io.espalier.agent.link.BoundedHttp;
import io.espalier.agent.link.Causes;
import io.espalier.agent.link.FlatJson;
import io.espalier.agent.link.SecureContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;

/** Asks the controller once. */
final class HttpEnrolment {
    private static final int MOST_ANSWER_BYTES = 1 << 20;

    private final BoundedHttp http;
    private final URI endpoint;

    HttpEnrolment(URI controller, SecureContext tls) {
        this.http = new BoundedHttp(tls);
        this.endpoint = URI.create(controller + "/api/v1/enrol");
    }

    EnrolmentResult ask(byte[] request) throws InterruptedException {
        try {
            BoundedHttp.Answer answer = http.send(
                    HttpRequest.newBuilder(endpoint)
                            .header("Content-Type", "application/json")
                            .header("Accept", "application/json, application/problem+json")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(request)),
                    MOST_ANSWER_BYTES);
            return judge(answer.status(), answer.body());
        } catch (IOException e) {
            return new Unreachable(Causes.inShort(e));
        }
    }

    private static EnrolmentResult judge(int status, byte[] body) throws IOException {
        if (status == 200 || status == 201) {
            return new Enrolled(EnrolmentJson.enrolment(body), body);
        }
        String problem = FlatJson.problem(body);
        String said = problem.isEmpty() ? "HTTP " + status : problem + " (HTTP " + status + ")";
        boolean passing = status >= 500 || status == 404 || status == 408 || status == 429;
        return passing ? new Unreachable(said) : new Refused(said);
    }
}
