package io.espalier.agent.shadow;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionOutcomeTest {
    private static final String TOPIC = "devices/cam/desired";

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void isWellWhereItIsGranted(int reason) {
        assertThatCode(() -> SubscriptionOutcome.requireGranted(TOPIC, new int[] {reason}))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "128, the broker refuses the subscription to devices/cam/desired with reason code 128",
        "135, the broker's rules do not let this device subscribe to devices/cam/desired (reason code 135)",
        "151, the broker refuses the subscription to devices/cam/desired with reason code 151"
    })
    void saysInWordsWhatIsRefused(int reason, String words) {
        assertThatIOException()
                .isThrownBy(() -> SubscriptionOutcome.requireGranted(TOPIC, new int[] {reason}))
                .withMessage(words);
    }

    @Test
    void takesNoAnswerForNoGrant() {
        assertThatIOException()
                .isThrownBy(() -> SubscriptionOutcome.requireGranted(TOPIC, new int[0]))
                .withMessageContaining("does not say whether it grants the subscription to devices/cam/desired");
    }
}
