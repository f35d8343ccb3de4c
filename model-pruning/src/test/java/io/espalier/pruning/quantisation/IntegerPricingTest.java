package io.espalier.pruning.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.ReferenceNetworks;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IntegerPricingTest {
    private static final Cost FLOATING = new Cost(100, 120, 374_000, 500_000, 2_790_000, 93_322);
    private final Graph graph = ReferenceNetworks.sourceCnn(1);

    @Test
    void knowsTheSizeBeforeAnythingIsCalibrated() {
        IntegerPricing pricing = new IntegerPricing(WeightRange.SEVEN_BITS, IntegerSpeed.of(List.of()));
        Quantiser quantiser = Quantiser.of(graph);
        Map<String, Range> ranges = new HashMap<>();
        quantiser.tensors().forEach(tensor -> ranges.put(tensor, new Range(-3, 17)));
        int calibrated = OnnxWriter.write(quantiser.quantise(ranges, WeightRange.SEVEN_BITS)).length;

        IntegerPricing.Price price = pricing.of(graph, FLOATING);

        assertThat(price.cost().sizeBytes()).isEqualTo(calibrated).isLessThan(374_000 / 3);
        assertThat(price.cost().peakMemoryBytes()).isLessThan(FLOATING.peakMemoryBytes());
        assertThat(price.cost().parameters()).isEqualTo(FLOATING.parameters());
        assertThat(price.speedRatio()).isEmpty();
        assertThat(price.cost().p95Micros()).isZero();
    }

    @Test
    void scalesBothLatenciesByWhatTheDeviceTimed() {
        IntegerSpeed speed = IntegerSpeed.of(
                List.of(new Timing("dense", 100, 110, 50, 0), new Timing("dense" + IntegerSpeed.TWIN, 60, 66, 50, 0)));

        IntegerPricing.Price price = new IntegerPricing(WeightRange.SEVEN_BITS, speed).of(graph, FLOATING);

        assertThat(price.speedRatio()).hasValue(0.6);
        assertThat(price.cost().p50Micros()).isCloseTo(60, within(1e-9));
        assertThat(price.cost().p95Micros()).isCloseTo(72, within(1e-9));
    }
}
