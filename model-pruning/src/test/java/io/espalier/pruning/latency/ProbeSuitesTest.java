package io.espalier.pruning.latency;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Probe;
import io.espalier.proto.v1.ProbeSuite;
import io.espalier.pruning.onnx.OnnxReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProbeSuitesTest {
    private static final int[] FULL = {32, 64, 64, 64};
    private static final int[] MINIMUM = {4, 4, 4, 4};

    @Test
    void theBaseSuiteNeverChanges() throws Exception {
        byte[] bytes = BaseSuite.make().bytes();

        // Timings of devices out there are kept under this digest: another suite is another method, beside this one.
        assertThat(Sha256.of(bytes).hex())
                .isEqualTo("2caef5acde6115227b8da9ae548da5f96a7ce9d2e6cdbe06487587b9cc081fe5");
        List<Probe> probes = ProbeSuite.parseFrom(bytes).getProbesList();
        assertThat(probes).hasSizeLessThanOrEqualTo(50);
        assertThat(bytes.length).isLessThan(1_500_000);
        assertThat(probes.get(0).getName()).isEqualTo(BaseSuite.FLOOR);
        assertThat(probes).extracting(Probe::getName).doesNotHaveDuplicates();
    }

    @Test
    void everyProbeRunsInTheRuntime() {
        ProbeTimer timer = new ProbeTimer(1, 1, 1, 0);
        BaseSuite.make()
                .graphs()
                .forEach((name, graph) -> assertThat(timer.time(name, graph).medianMicros())
                        .as(name)
                        .isPositive());
    }

    @Test
    void variantsCanBeReadBackFromTheirNames() {
        Map<String, int[]> suite = ModelSuite.widths(FULL, MINIMUM);

        assertThat(suite).hasSizeBetween(9, 12).containsKeys(ModelSuite.DENSE, ModelSuite.FLOOR);
        suite.forEach((name, widths) -> assertThat(ModelSuite.parse(name, FULL, MINIMUM))
                .hasValueSatisfying(read -> assertThat(read).isEqualTo(widths)));
        assertThat(suite.values()).allSatisfy(widths -> {
            for (int g = 0; g < widths.length; g++) {
                assertThat(widths[g]).isBetween(MINIMUM[g], FULL[g]);
            }
        });
    }

    @Test
    void namesOfOtherModelsMeanNothing() {
        assertThat(ModelSuite.parse("w-8-8", FULL, MINIMUM)).isEmpty();
        assertThat(ModelSuite.parse("w-8-8-8-65", FULL, MINIMUM)).isEmpty();
        assertThat(ModelSuite.parse("w-0-8-8-8", FULL, MINIMUM)).isEmpty();
        assertThat(ModelSuite.parse("conv3x3", FULL, MINIMUM)).isEmpty();
    }

    @Test
    void everyGroupIsSeenAtSeveralWidths() {
        for (int g = 0; g < FULL.length; g++) {
            int group = g;
            assertThat(ModelSuite.widths(FULL, MINIMUM).values().stream()
                            .map(w -> w[group])
                            .distinct())
                    .hasSizeGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void aModelSuiteHoldsReadableModels() throws Exception {
        byte[] bytes =
                ModelSuite.bytes(SyntheticDevice.cnn(FULL), ModelSuite.widths(FULL, MINIMUM), SyntheticDevice::cnn);
        for (Probe probe : ProbeSuite.parseFrom(bytes).getProbesList()) {
            assertThat(OnnxReader.read(probe.getOnnx().toByteArray()).nodes())
                    .as(probe.getName())
                    .isNotEmpty();
        }
    }
}
