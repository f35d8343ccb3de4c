package io.espalier.controller.database.adapter;

import io.espalier.controller.problem.FailureExplanation;
import io.espalier.controller.problem.Problem;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/** A name or label may hold any character but those that PostgreSQL has no place for: whoever sends them is told so. */
@Singleton
final class UnkeepableText implements FailureExplanation {
    /** A character that is none in the database's encoding, as it is or as JSON spells it. */
    private static final Set<String> STATES = Set.of("22021", "22P05");

    private static final int DEEPEST = 16;

    @Override
    public Optional<Problem> explain(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++, cause = cause.getCause()) {
            if (cause instanceof SQLException sql && STATES.contains(String.valueOf(sql.getSQLState()))) {
                return Optional.of(Problem.invalid(
                        "", "A text in it holds a character that cannot be kept, such as the null character"));
            }
        }
        return Optional.empty();
    }
}
