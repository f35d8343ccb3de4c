package io.espalier.controller.planning.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.planning.Facts;
import io.espalier.proto.Sha256;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PlanFactsTest {
    private static final String DIGEST = "ab".repeat(32);
    private static final String VARIANT =
            "\"outcome\": \"done\", \"variant\": {\"file\": \"variant.onnx\", \"digest\": \""
                    + DIGEST
                    + "\", \"sizeBytes\": 60000, \"parameters\": 14000, \"macs\": 900000, \"peakMemoryBytes\": 500000,"
                    + " \"predictedP50Micros\": 700.5, \"predictedP95Micros\": 812.25, \"selectionScore\": 0.957,"
                    + " \"selectionScoreBefore\": 0.97, \"selectionSamples\": 1000, \"accuracyAfter\": 0.96}";

    @Test
    void readsWhatTheVariantCostsAndWhyTheCampaignWentNoFurther() throws JsonProcessingException {
        Facts.Planned planned = made(
                "{" + VARIANT + ", \"stopped\": {\"round\": 3, \"of\": 5, \"score\": 0.929, \"unprunedScore\": 0.97,"
                        + " \"mostLost\": 0.02, \"detail\": \"Stopped: more was lost.\"}}");

        assertThat(planned.variant()).isEqualTo(new Sha256(DIGEST));
        assertThat(planned.accuracy()).isEqualTo(0.96);
        assertThat(planned.predicted().p95Micros()).isEqualTo(812.25);
        assertThat(planned.predicted().sizeBytes()).isEqualTo(60_000);
        assertThat(planned.predicted().peakMemoryBytes()).isEqualTo(500_000);
        assertThat(planned.predicted().energyMillijoules()).isEmpty();
        assertThat(planned.stop()).isNotNull().satisfies(stop -> {
            assertThat(stop.round()).isEqualTo(3);
            assertThat(stop.of()).isEqualTo(5);
            assertThat(stop.mostLost()).isEqualTo(0.02);
            assertThat(stop.lost()).isCloseTo(0.041, within(1e-9));
            assertThat(stop.lostBefore()).isCloseTo(0.013, within(1e-9));
        });
    }

    @Test
    void aCampaignThatCameToItsTargetWasNotStopped() throws JsonProcessingException {
        assertThat(made("{" + VARIANT + "}").stop()).isNull();
    }

    @Test
    void aJobThatMadeNothingPlannedNothing() throws JsonProcessingException {
        assertThat(PlanFacts.planned(result("{\"outcome\": \"refused\", \"floorP95Micros\": 0.0}")))
                .isNull();
    }

    private static Facts.Planned made(String result) throws JsonProcessingException {
        return Objects.requireNonNull(PlanFacts.planned(result(result)));
    }

    private static Map<String, Object> result(String json) throws JsonProcessingException {
        return new ObjectMapper().readValue(json, new TypeReference<Map<String, Object>>() {});
    }
}
