package io.espalier.pruning.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.latency.Timing;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class IntegerSpeedTest {
    private final IntegerSpeed speed = IntegerSpeed.of(List.of(
            timing("dense", 400),
            timing("dense-int8", 200),
            timing("half-int8", 110),
            timing("half", 100),
            timing("other", 50)));

    @Test
    void saysWhatWasMeasuredWhereItWasMeasured() {
        assertThat(speed.ratio(400)).hasValue(0.5);
        assertThat(speed.ratio(100)).hasValue(1.1);
    }

    @Test
    void interpolatesOverTheLogarithmOfTheLatency() {
        assertThat(speed.ratio(200).orElseThrow()).isCloseTo(0.8, within(1e-9));
    }

    @Test
    void saysNothingOfNetworksUnlikeThoseThatWereTimed() {
        assertThat(speed.ratio(80)).isEmpty();
        assertThat(speed.ratio(500)).isEmpty();
        assertThat(speed.ratio(95)).hasValue(1.1);
        assertThat(speed.ratio(420)).hasValue(0.5);
    }

    @Test
    void saysNothingWithoutTwins() {
        assertThat(IntegerSpeed.of(List.of(timing("dense", 400))).ratio(400)).isEmpty();
    }

    @Test
    void saysOfAllWhatOneWasMeasuredAt() {
        assertThat(IntegerSpeed.like(OptionalDouble.of(0.7)).ratio(12_345)).hasValue(0.7);
        assertThat(IntegerSpeed.like(OptionalDouble.empty()).ratio(12_345)).isEmpty();
    }

    private static Timing timing(String probe, double micros) {
        return new Timing(probe, micros, micros, 100, 0.01);
    }
}
