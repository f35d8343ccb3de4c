package io.espalier.controller.database.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnkeepableTextTest {
    private final UnkeepableText unkeepable = new UnkeepableText();

    @ParameterizedTest
    @ValueSource(strings = {"22021", "22P05"})
    void isToldToWhoeverSentIt(String state) {
        assertThat(unkeepable.explain(new IllegalStateException("in a query", new SQLException("no", state))))
                .hasValueSatisfying(problem -> {
                    assertThat(problem.status()).isEqualTo(400);
                    assertThat(problem.type()).endsWith("invalid-request");
                });
    }

    @Test
    void explainsNothingElse() {
        assertThat(unkeepable.explain(new SQLException("no", "23505"))).isEmpty();
        assertThat(unkeepable.explain(new SQLException("no state"))).isEmpty();
        assertThat(unkeepable.explain(new IllegalStateException("a bug"))).isEmpty();
    }
}
