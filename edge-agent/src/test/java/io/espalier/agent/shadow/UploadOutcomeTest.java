package io.espalier.agent.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UploadOutcomeTest {
    private final UploadOutcome outcome = new UploadOutcome("devices/cam/telemetry");

    @Test
    void isWellWhereSomebodyListens() {
        outcome.answered(0);

        assertThat(outcome.told()).isCompleted();
    }

    @ParameterizedTest
    @CsvSource({
        "16, the controller takes no telemetry at the moment",
        "135, the broker's rules do not let this device publish to devices/cam/telemetry",
        "151, the broker refuses devices/cam/telemetry with reason code 151"
    })
    void saysInWordsWhatIsWrong(int reason, String words) {
        outcome.answered(reason);

        assertThatThrownBy(outcome.told()::join)
                .hasRootCauseInstanceOf(IOException.class)
                .hasRootCauseMessage(words);
    }

    @Test
    void passesOnWhatEndedTheConnection() {
        outcome.onFailure(null, new IOException("reset by peer"));

        assertThatThrownBy(outcome.told()::join).hasRootCauseMessage("reset by peer");
    }
}
