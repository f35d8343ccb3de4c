package io.espalier.agent.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.measure.HostTurns;
import io.espalier.agent.slot.StoredModel;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyModels;
import io.espalier.agent.toys.ToyRuntime;
import io.espalier.agent.toys.ToySlot;
import io.espalier.proto.v1.Budget;
import io.espalier.proto.v1.ModelAssignment;
import io.espalier.proto.v1.TrialReport;
import io.espalier.proto.v1.TrialReport.Outcome;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialTest {
    private static final ModelAssignment ASSIGNMENT = ModelAssignment.newBuilder()
            .setDeploymentId("d1")
            .setTrialSamples(100)
            .build();

    @TempDir
    Path folder;

    @Test
    void acceptsARightAndFastModel() throws Exception {
        Trial.Result result = trial(ASSIGNMENT, ToyArtifact.model(1, 64));

        assertThat(result.report().getOutcome()).isEqualTo(Outcome.OUTCOME_ACCEPTED);
        assertThat(result.report().getSamples()).isEqualTo(100);
        assertThat(result.report().getRuntime())
                .isEqualTo(ToyRuntime.trueSpeed().key());
        assertThat(result.report().getGoldenMaxAbsDifference()).isLessThan(1e-6);
        assertThat(result.accepted()).isPresent();
        result.accepted().orElseThrow().close();
    }

    @Test
    void refusesUnloadedWhatAProcessDiedOf() throws Exception {
        StoredModel staged = ToySlot.staged(folder, ToyArtifact.model(1, 64));

        TrialReport refusal = with(each -> new Preflight.Deadly("died"))
                .preflight(ASSIGNMENT, staged)
                .orElseThrow();

        assertThat(refusal.getOutcome()).isEqualTo(Outcome.OUTCOME_DOES_NOT_LOAD);
        assertThat(refusal.getDetail()).isEqualTo("a process that tried it died");
        for (Preflight.Outcome harmless : List.of(new Preflight.Outlived(), new Preflight.Unknown("was away"))) {
            assertThat(with(each -> harmless).preflight(ASSIGNMENT, staged)).isEmpty();
        }
    }

    @Test
    void refusesAModelWithOtherOutputsThanInTheCloud() throws Exception {
        ToyArtifact wrong = ToyArtifact.model(
                ToyModels.columnSums(1.01f), ToyModels.golden(1).toByteArray(), 64);

        Trial.Result result = trial(ASSIGNMENT, wrong);

        assertThat(result.report().getOutcome()).isEqualTo(Outcome.OUTCOME_WRONG_OUTPUT);
        assertThat(result.report().getGoldenMaxAbsDifference()).isBetween(0.01, 0.03);
        assertThat(result.report().getDetail()).contains("golden sample 0");
        assertThat(result.accepted()).isEmpty();
    }

    @Test
    void refusesAModelWhoseLabelledSamplesRuleOutTheLeastAccuracy() throws Exception {
        // By the binomial, 0 of 8 come of 40 % in 1.7 % of all cases, and of 30 % in 5.8 %.
        ToyArtifact blind = ToyArtifact.model(
                ToyModels.columnSums(1), ToyModels.mislabelled(1, 8).toByteArray(), 64);

        TrialReport report = trial(least(0.4), blind).report();

        assertThat(report.getOutcome()).isEqualTo(Outcome.OUTCOME_WRONG_OUTPUT);
        assertThat(report.getDetail()).contains("0 of 8 labelled golden samples are right", "0.4");
        for (ModelAssignment lenient : List.of(
                least(0.3), least(0.4).toBuilder().setUnconditional(true).build())) {
            Trial.Result result = trial(lenient, blind);
            assertThat(result.report().getOutcome()).isEqualTo(Outcome.OUTCOME_ACCEPTED);
            result.accepted().orElseThrow().close();
        }
    }

    @Test
    void refusesNoModelForOneWrongSampleOfAFew() throws Exception {
        ToyArtifact nearlyRight = ToyArtifact.model(
                ToyModels.columnSums(1),
                ToyModels.mislabelled(1, 1).toBuilder()
                        .addAllSamples(
                                Collections.nCopies(7, ToyModels.golden(1).getSamples(0)))
                        .build()
                        .toByteArray(),
                64);
        for (double least : new double[] {0.9, 0.98, 0.99}) {
            Trial.Result result = trial(least(least), nearlyRight);
            assertThat(result.report().getOutcome()).as("%s", least).isEqualTo(Outcome.OUTCOME_ACCEPTED);
            result.accepted().orElseThrow().close();
        }
        assertThat(trial(least(1), nearlyRight).report().getOutcome()).isEqualTo(Outcome.OUTCOME_WRONG_OUTPUT);
    }

    private static ModelAssignment least(double accuracy) {
        return ASSIGNMENT.toBuilder()
                .setBudget(Budget.newBuilder().setMinAccuracy(accuracy))
                .build();
    }

    @Test
    void refusesAModelThatDoesNotLoad() throws Exception {
        Trial.Result result = trial(ASSIGNMENT, ToyArtifact.model(ToyModels.unknownOperator(), new byte[0], 64));

        assertThat(result.report().getOutcome()).isEqualTo(Outcome.OUTCOME_DOES_NOT_LOAD);
        assertThat(result.report().getDetail()).contains("Frobnicate");
    }

    private Trial.Result trial(ModelAssignment assignment, ToyArtifact artifact) throws Exception {
        return with(staged -> new Preflight.Outlived()).run(assignment, ToySlot.staged(folder, artifact));
    }

    private static Trial with(Preflight preflight) {
        return new Trial(ToyRuntime.trueSpeed(), new HostTurns(Optional.empty()), preflight, 1e-3, () -> {});
    }
}
