package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.campaign.BaseModel;
import io.espalier.pruning.campaign.Stop;
import io.espalier.pruning.graph.ReferenceNetworks;
import io.espalier.pruning.onnx.OnnxWriter;
import org.junit.jupiter.api.Test;

class PrunedTest {
    @Test
    void saysWhatToChangeInAJobAndAtTheCommandLineWhereTooMuchIsLost() {
        BaseModel base = BaseModel.of(OnnxWriter.write(ReferenceNetworks.sourceCnn(1)));
        Outcome outcome =
                new Pruned.TooMuchLost(base, new Cost(0, 0, 1, 1, 1, 1), new Stop(1, 3, 0.5, 0.9, 0.02)).outcome();

        assertThat(outcome.exitCode()).isEqualTo(PruningMain.REFUSED);
        assertThat(outcome.result().path("detail").asText())
                .startsWith("The network lost 40.0 points in round 1 of 3")
                .contains("mostLost of a recipe, --most-lost of ./espalier prune", "(rounds, --rounds)");
    }
}
