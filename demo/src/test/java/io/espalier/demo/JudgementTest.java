package io.espalier.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.demo.story.Claim;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgementTest {
    private static final Path LOGS = Path.of("logs");
    private static final Claim HELD = new Claim(true, "it kept its working model", "the unpruned one", false);
    private static final Claim LATE = new Claim(false, "the whole story took at most 120 s", "122 s", true);
    private static final Claim INACCURATE = new Claim(false, "accuracy within 2 points", "71.0 %", false);

    @Test
    void countsTheClaims() {
        assertThat(new Judgement(List.of(HELD, HELD)).verdict()).isEqualTo("All 2 claims hold.");
        assertThat(new Judgement(List.of(HELD, LATE)).verdict()).isEqualTo("1 of 2 claims does not hold.");
        assertThat(new Judgement(List.of(LATE, HELD, INACCURATE)).verdict()).isEqualTo("2 of 3 claims do not hold.");
    }

    @Test
    void blamesABusyMachineForTimesAlone() {
        assertThat(new Judgement(List.of(HELD, LATE)).nextStep(LOGS)).contains("busy machine", "--fresh");
        assertThat(new Judgement(List.of(LATE, INACCURATE)).nextStep(LOGS))
                .contains("logs", "--fresh")
                .doesNotContain("busy");
    }
}
