package io.espalier.agent.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.inference.ServedVariant;
import io.espalier.agent.serving.PendingAnswers.Answers;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingAnswersTest {
    private final PendingAnswers pending = new PendingAnswers();

    @Test
    void forgetsTheOldestBeyondItsIds() {
        for (int i = 0; i <= PendingAnswers.MOST_IDS; i++) {
            pending.remember("id-" + i, answers(1));
        }

        assertThat(pending.find("id-0")).isEmpty();
        assertThat(pending.find("id-1")).isPresent();
        assertThat(pending.find("id-" + PendingAnswers.MOST_IDS)).isPresent();
    }

    @Test
    void forgetsTheOldestBeyondItsAnswers() {
        int requests = PendingAnswers.MOST_ANSWERS / InferRequest.MOST_SAMPLES;
        for (int i = 0; i <= requests; i++) {
            pending.remember("id-" + i, answers(InferRequest.MOST_SAMPLES));
        }

        assertThat(pending.find("id-0")).isEmpty();
        assertThat(pending.find("id-1")).isPresent();
    }

    @Test
    void givesBackTheRoomOfWhatIsSettledOrAnsweredAgain() {
        for (int i = 0; i < 10 * PendingAnswers.MOST_ANSWERS / InferRequest.MOST_SAMPLES; i++) {
            pending.remember("again", answers(InferRequest.MOST_SAMPLES));
            pending.remember("settled", answers(InferRequest.MOST_SAMPLES));
            assertThat(pending.settle("settled", answers(InferRequest.MOST_SAMPLES)))
                    .isTrue();
            assertThat(pending.settle("settled", answers(InferRequest.MOST_SAMPLES)))
                    .isFalse();
        }

        pending.remember("another", answers(1));
        assertThat(pending.find("again")).isPresent();
    }

    private static Answers answers(int samples) {
        return new Answers(new ServedVariant("v", "a"), Collections.nCopies(samples, 1), 2, List.of());
    }
}
