package io.espalier.controller.problem.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.problem.Problem;
import org.junit.jupiter.api.Test;

class HttpProblemsTest {
    @Test
    void namesWhatIsNotThereAndWhereToLook() {
        assertThat(HttpProblems.of(404, "HTTP 404", "GET /api/v1/modles").detail())
                .isEqualTo("Nothing is at GET /api/v1/modles; GET /q/openapi lists what is");
        Problem problem = HttpProblems.of(405, "HTTP 405", "DELETE /api/v1/models");
        assertThat(problem.kind()).isEqualTo("method-not-allowed");
        assertThat(problem.detail()).isEqualTo("DELETE /api/v1/models is not offered; GET /q/openapi lists what is");
    }

    @Test
    void saysWhichTypesOfBodyThereAre() {
        assertThat(HttpProblems.of(415, null, "POST /api/v1/login").detail())
                .isEqualTo("POST /api/v1/login does not take a body of this Content-Type: send application/json");
        assertThat(HttpProblems.of(415, null, "POST /api/v1/datasets").detail())
                .isEqualTo("POST /api/v1/datasets does not take a body of this Content-Type: send the file itself as"
                        + " application/octet-stream");
    }

    @Test
    void tellsEveryOtherStatusByItsName() {
        Problem problem = HttpProblems.of(413, null, "POST /api/v1/login");
        assertThat(problem.status()).isEqualTo(413);
        assertThat(problem.kind()).isEqualTo("request-entity-too-large");
        assertThat(HttpProblems.of(499, "Gone home", "GET /").detail()).isEqualTo("Gone home");
    }
}
