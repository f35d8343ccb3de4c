package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.evaluation.ContractSearch;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearChanceTest {
    @Test
    void givesTheOptionsOfTheLikelyScalingToCopy() {
        assertThat(detail(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225)))
                .contains("86.0 % of 500 samples right")
                .endsWith(". Try again with --scale 0.003921569 --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225");
        assertThat(detail(List.of(), List.of())).endsWith(". Try again with --scale 0.003921569");
        assertThat(NearChance.detail(
                        0.1,
                        1000,
                        Optional.of(new ContractSearch.Candidate(InputContract.RAW, "raw values", 0.86, 500))))
                .endsWith(
                        "With raw values it gets 86.0 % of 500 samples right. Give none of --scale, --mean and --std");
    }

    private static String detail(List<Double> mean, List<Double> std) {
        InputContract contract = new InputContract(1 / 255.0, mean, std);
        return NearChance.detail(
                0.1, 1000, Optional.of(new ContractSearch.Candidate(contract, "a usual scaling", 0.86, 500)));
    }
}
