package io.espalier.controller.database.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class DatabaseAwayTest {
    private static boolean away(String state) {
        return DatabaseAway.causes(new IllegalStateException("in a query", new SQLException("no", state)));
    }

    @Test
    void aLostConnectionAndAServerThatIsNotUpPass() {
        assertThat(away("08006")).isTrue();
        assertThat(away("57P01")).isTrue();
        assertThat(away("57P03")).isTrue();
        assertThat(away("53300")).isTrue();
    }

    @Test
    void aPoolWithoutAConnectionPasses() {
        assertThat(DatabaseAway.causes(new SQLException("Acquisition timeout while waiting for new connection")))
                .isTrue();
    }

    @Test
    void whatTheDatabaseAnswersStays() {
        assertThat(away("23505")).isFalse();
        assertThat(away("42P01")).isFalse();
        assertThat(away("57014")).isFalse();
    }

    @Test
    void otherFailuresAreNotTheDatabases() {
        assertThat(DatabaseAway.causes(new IllegalArgumentException("a bug"))).isFalse();
    }

    @Test
    void isToldAsAServiceThatIsAwayForAMoment() {
        assertThat(new DatabaseAway().explain(new SQLException("gone", "08003")))
                .hasValueSatisfying(problem -> {
                    assertThat(problem.status()).isEqualTo(503);
                    assertThat(problem.extensions()).containsKey("retryAfterSeconds");
                });
    }
}
