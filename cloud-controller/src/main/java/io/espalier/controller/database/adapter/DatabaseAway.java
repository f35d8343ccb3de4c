package io.espalier.controller.database.adapter;

import io.espalier.controller.problem.FailureExplanation;
import io.espalier.controller.problem.Problem;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells failures of the way to the database, which pass, from those of what was asked of it. */
@Singleton
final class DatabaseAway implements FailureExplanation {
    static final int RETRY_AFTER_SECONDS = 5;
    private static final int DEEPEST = 16;

    @Override
    public Optional<Problem> explain(Throwable failure) {
        return causes(failure)
                ? Optional.of(problem("The connection to it was lost; ask again in a moment"))
                : Optional.empty();
    }

    static Problem problem(String detail) {
        return Problem.of(503, "database-unreachable", "The database is not there", detail)
                .with("retryAfterSeconds", RETRY_AFTER_SECONDS);
    }

    static boolean causes(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++, cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return saysAway(sql.getSQLState());
            }
        }
        return false;
    }

    /**
     * Class 08 is a lost or refused connection, class 57 a server that stops, starts or recovers, 53300 one that takes
     * no more connections. PostgreSQL always gives a state; the pool gives none where it had no connection to give.
     */
    private static boolean saysAway(@Nullable String state) {
        return state == null || state.startsWith("08") || state.startsWith("57P") || state.equals("53300");
    }
}
