package io.espalier.controller.problem.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.problem.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonProblemsTest {
    private final ObjectMapper json = new ObjectMapper();

    /** A body with a field of every kind the API has. */
    record Body(
            Double micros, Long bytes, Boolean control, String name, List<Double> mean, Map<String, String> labels) {}

    JsonProblemsTest() {
        new StrictJson().customize(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"bytes\":1.5}           | bytes   | takes a whole number",
                "{\"bytes\":\"12\"}        | bytes   | takes a whole number, got \"12\"",
                "{\"bytes\":1e30}          | bytes   | ",
                "{\"micros\":\"quick\"}    | micros  | takes a number, got \"quick\"",
                "{\"micros\":true}         | micros  | takes a number",
                "{\"control\":\"yes\"}     | control | takes true or false, got \"yes\"",
                "{\"control\":1}           | control | takes true or false",
                "{\"name\":7}              | name    | takes a text",
                "{\"name\":{}}             | name    | takes a text",
                "{\"mean\":3}              | mean    | takes a list",
                "{\"mean\":[\"a\"]}        | mean.[0] | takes a number, got \"a\"",
                "{\"labels\":[1]}          | labels  | takes an object of names and texts",
                "{\"bite\":1}              | bite    | Known here: bytes, control, labels, mean, micros, name"
            })
    void namesTheFieldWhatItTakesAndWhatWasFound(String body, String field, String expected) {
        Problem problem = problemOf(body);
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.type()).isEqualTo("urn:espalier:problem:invalid-request");
        assertThat(problem.extensions()).containsEntry("field", field);
        assertThat(problem.detail()).contains("\"" + field + "\"").contains(expected == null ? "" : expected);
        assertThat(problem.detail())
                .doesNotContain("java.")
                .doesNotContain("com.fasterxml")
                .doesNotContain("\n");
    }

    @Test
    void refusesWhatIsNotJson() {
        for (String body : List.of("{", "{not json", "{\"name\":\"a\",\"name\":\"b\"}", "\u0000")) {
            assertThat(problemOf(body).type()).as(body).isEqualTo("urn:espalier:problem:invalid-json");
        }
    }

    @Test
    void refusesABodyOfAnotherKindAndWhatFollowsIt() {
        assertThat(problemOf("[1]").detail()).isEqualTo("The body: takes an object");
        assertThat(problemOf("{} {}").status()).isEqualTo(400);
    }

    private Problem problemOf(String body) {
        return JsonProblems.of(
                catchThrowableOfType(JsonProcessingException.class, () -> json.readValue(body, Body.class)));
    }
}
