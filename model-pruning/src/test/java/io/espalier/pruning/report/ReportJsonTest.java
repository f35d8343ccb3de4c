package io.espalier.pruning.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.pruning.evaluation.Evaluation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportJsonTest {
    @Test
    void tellsWhatThePageTells() throws IOException {
        Report report = SampleReports.usual();
        JsonNode json = new ObjectMapper().readTree(ReportJson.bytes(report));
        Comparison comparison = report.comparison().orElseThrow();
        assertThat(json.path("version").asInt()).isEqualTo(1);
        assertThat(json.at("/asked/limits/0/quantity").asText()).isEqualTo("latencyP95Micros");
        assertThat(json.at("/asked/limits/0/most").asDouble()).isEqualTo(131);
        assertThat(json.at("/verdict/outcome").asText()).isEqualTo("done");
        assertThat(json.at("/comparison/before/macroF1").asDouble())
                .isEqualTo(((Evaluation) comparison.before().quality()).macroF1());
        assertThat(json.at("/comparison/after/measured/p95Micros").asDouble()).isEqualTo(127);
        assertThat(json.at("/comparison/after/confusion"))
                .hasSize(SampleReports.confusion(comparison.after()).counts().size());
        assertThat(json.path("candidates")).hasSize(report.candidates().size());
        assertThat(json.at("/candidates/0/cutScore").asDouble()).isEqualTo(0.4);
        assertThat(json.at("/candidates/0/fittedScore").asDouble()).isEqualTo(0.45);
        assertThat(json.at("/candidates/0/score").asDouble())
                .as("the best before training, as ever")
                .isEqualTo(0.45);
        assertThat(json.at("/candidates/1").has("fittedScore")).isFalse();
        assertThat(json.at("/candidates/0/onParetoFront").asBoolean()).isTrue();
        assertThat(json.at("/layers/0/group").asText()).isEqualTo("A");
        assertThat(json.at("/rounds/5/widths/0").asInt()).isEqualTo(16);
        assertThat(json.at("/provenance/seed").asText()).isEqualTo("7");
    }

    @Test
    void tellsEachRound() throws IOException {
        JsonNode json = new ObjectMapper().readTree(ReportJson.bytes(SampleReports.inRounds()));
        assertThat(json.at("/pruningRounds")).hasSize(3);
        assertThat(json.at("/pruningRounds/0/predicted/sizeBytes").asLong()).isEqualTo(210_000);
        assertThat(json.at("/pruningRounds/0/scoreOnceCut").asDouble()).isEqualTo(0.83);
        assertThat(json.at("/pruningRounds/0/scoreOnceTrained").asDouble()).isEqualTo(0.859);
        assertThat(json.at("/pruningRounds/0/trainedBefore/chosen").asText()).isEqualTo("l1-uniform");
        assertThat(json.at("/pruningRounds/1").has("trainedBefore")).isFalse();
    }

    @Test
    void tellsTheAgreementOfAModelWithoutClasses() throws IOException {
        JsonNode json = new ObjectMapper().readTree(ReportJson.bytes(SampleReports.regression()));
        assertThat(json.at("/comparison/pruned/rSquared").asDouble()).isEqualTo(-3.5);
        assertThat(json.at("/comparison/after/relativeError").asDouble()).isEqualTo(0.17);
        assertThat(json.at("/comparison/drawnByLotRSquared").asDouble()).isZero();
        assertThat(json.path("comparison").path("after").has("confusion")).isFalse();
        assertThat(json.at("/comparison/after").has("accuracy")).isFalse();
    }

    @Test
    void tellsARefusalWithItsFloor() throws IOException {
        JsonNode json = new ObjectMapper().readTree(ReportJson.bytes(SampleReports.refused()));
        assertThat(json.at("/verdict/outcome").asText()).isEqualTo("refused");
        assertThat(json.at("/verdict/floorP95Micros").asDouble()).isEqualTo(410);
        assertThat(json.has("comparison")).isFalse();
        assertThat(json.at("/unpruned/sizeBytes").asLong()).isEqualTo(318_841);
        assertThat(json.has("trained")).isFalse();
    }

    @Test
    void tellsTheRoundThatLostTooMuch() throws IOException {
        JsonNode json = new ObjectMapper().readTree(ReportJson.bytes(SampleReports.tooMuchLost()));
        assertThat(json.at("/trained/round").asInt()).isEqualTo(1);
        assertThat(json.at("/trained/score").asDouble()).isEqualTo(0.812);
        assertThat(json.at("/unpruned/parameters").asLong()).isEqualTo(78_186);
    }

    @Test
    void leavesOutLatenciesWhereNoDeviceWasInPlay() throws IOException {
        JsonNode json = new ObjectMapper().readTree(ReportJson.bytes(SampleReports.sizeOnly()));
        assertThat(json.at("/candidates/0/predicted").has("p95Micros")).isFalse();
        assertThat(json.at("/candidates/0/predicted/sizeBytes").asLong()).isPositive();
    }

    @Test
    void tellsAVariantThatIsTooSlowWhenMeasuredFromOneThatFits() {
        ObjectNode json = ReportJson.tree(SampleReports.overBudget(SampleReports.usual()));

        assertThat(json.at("/verdict/outcome").asText()).isEqualTo("overBudget");
        assertThat(json.at("/verdict/headline").asText()).startsWith("Over the budget when measured");
    }

    @Test
    void tellsWhatFinalistsTookOnTheDevice() {
        Report usual = SampleReports.usual();
        Candidate finalist = usual.candidates().get(0);
        Report measured = new Report(
                usual.asked(),
                usual.verdict(),
                usual.comparison(),
                List.of(
                        new Candidate(
                                finalist.name(),
                                finalist.cost(),
                                finalist.cutScore(),
                                finalist.fittedScore(),
                                finalist.tunedScore(),
                                Optional.of(new Measures.Latency(100, 120)),
                                finalist.kind(),
                                finalist.reason()),
                        usual.candidates().get(1)),
                usual.layers(),
                usual.rounds(),
                usual.search(),
                usual.classNames(),
                usual.provenance());

        ObjectNode json = ReportJson.tree(measured);

        assertThat(json.at("/candidates/0/measured/p95Micros").asDouble()).isEqualTo(120);
        assertThat(json.at("/candidates/1").has("measured")).isFalse();
        assertThat(new String(ReportPage.bytes(measured), StandardCharsets.UTF_8))
                .contains("p95 measured")
                .contains("120 µs");
    }
}
