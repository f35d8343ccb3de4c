package io.espalier.pruning.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.pruning.allocation.Target;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LimitTest {
    @Test
    void tellsABoundAsItWasTypedAndInItsUnit() {
        List<Limit> limits = Limit.of(target(OptionalLong.of(200_000)), Map.of(Limit.Quantity.SIZE_BYTES, "200k"));

        assertThat(limits).singleElement().satisfies(each -> {
            assertThat(each.asWritten()).isEqualTo("200k");
            assertThat(each.formatted()).isEqualTo("200 kB");
        });
    }

    @Test
    void aShareOfALatencyThatNobodyTimedIsAskedForAllTheSame() {
        List<Limit> limits = Limit.of(target(OptionalLong.empty()), Map.of(Limit.Quantity.LATENCY_P95_MICROS, "50%"));
        Report report = Report.ofNothing(
                new Asked("m", "d", "", limits), new Verdict.Failed("It guesses", "It does"), List.of(), List.of());

        assertThat(new String(ReportPage.bytes(report), StandardCharsets.UTF_8))
                .contains("<td class=\"number\">50%</td>");
        JsonNode limit = ReportJson.tree(report).path("asked").path("limits").path(0);
        assertThat(limit.path("asWritten").asText()).isEqualTo("50%");
        assertThat(limit.has("most")).isFalse();
    }

    private static Target target(OptionalLong sizeBytes) {
        return new Target(
                OptionalDouble.empty(), OptionalLong.empty(), sizeBytes, OptionalDouble.empty(), OptionalLong.empty());
    }
}
