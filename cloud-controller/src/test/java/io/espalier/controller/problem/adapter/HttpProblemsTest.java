package io.espalier.controller.problem.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.problem.Problem;
import org.junit.jupiter.api.Test;

class HttpProblemsTest {
    @Test
    void saysWhichMethodsAnAddressTakes() {
        Problem problem = HttpProblems.of(405, "HTTP 405", "GET, POST", "DELETE /api/v1/models");
        assertThat(problem.kind()).isEqualTo("method-not-allowed");
        assertThat(problem.detail()).isEqualTo("DELETE /api/v1/models is not offered; the address takes GET, POST");
    }

    @Test
    void namesWhatIsNotThere() {
        assertThat(HttpProblems.of(404, "HTTP 404", null, "GET /api/v1/modles").detail())
                .isEqualTo("Nothing is at GET /api/v1/modles");
    }

    @Test
    void saysWhichTypesOfBodyThereAre() {
        assertThat(HttpProblems.of(415, null, null, "POST /api/v1/login").detail())
                .contains("send application/json");
    }

    @Test
    void tellsEveryOtherStatusByItsName() {
        Problem problem = HttpProblems.of(413, null, null, "POST /api/v1/login");
        assertThat(problem.status()).isEqualTo(413);
        assertThat(problem.kind()).isEqualTo("request-entity-too-large");
        assertThat(HttpProblems.of(499, "Gone home", null, "GET /").detail()).isEqualTo("Gone home");
    }
}
