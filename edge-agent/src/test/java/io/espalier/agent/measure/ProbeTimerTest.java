package io.espalier.agent.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.v1.ProbeTiming;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ProbeTimerTest {
    private static final long SHARE_NANOS = 60_000_000;

    @Test
    void stopsEarlyOnASteadyProbe() throws Exception {
        ProbeTiming timing = ProbeTimer.timing("steady", () -> 50_000, SHARE_NANOS);

        assertThat(timing.getSamples()).isEqualTo(20);
        assertThat(timing.getMedianMicros()).isEqualTo(50);
        assertThat(timing.getP95Micros()).isEqualTo(50);
        assertThat(timing.getNoise()).isZero();
    }

    @Test
    void repeatsANoisyProbeUpToItsLimit() throws Exception {
        SplittableRandom random = new SplittableRandom(3);

        ProbeTiming timing = ProbeTimer.timing("noisy", () -> random.nextLong(10_000, 30_000), SHARE_NANOS);

        assertThat(timing.getSamples()).isEqualTo(300);
    }

    @Test
    void takesTwentySamplesOfAProbeThatExceedsItsShare() throws Exception {
        SplittableRandom random = new SplittableRandom(3);

        ProbeTiming timing = ProbeTimer.timing("slow", () -> random.nextLong(10_000_000, 30_000_000), SHARE_NANOS);

        assertThat(timing.getSamples()).isEqualTo(20);
    }

    @Test
    void believesTheQuickerOfTwoTimings() {
        ProbeTiming calm = timed(50);
        ProbeTiming disturbed = timed(122);

        assertThat(ProbeTimer.quicker(calm, disturbed)).isEqualTo(calm);
        assertThat(ProbeTimer.quicker(disturbed, calm)).isEqualTo(calm);
    }

    @Test
    void believesATimingRatherThanNone() {
        ProbeTiming none =
                ProbeTiming.newBuilder().setProbe("p").setError("no time left").build();

        assertThat(ProbeTimer.quicker(timed(50), none)).isEqualTo(timed(50));
        assertThat(ProbeTimer.quicker(none, timed(50))).isEqualTo(timed(50));
        assertThat(ProbeTimer.quicker(none, none).getError()).isEqualTo("no time left");
    }

    private static ProbeTiming timed(double medianMicros) {
        return ProbeTiming.newBuilder()
                .setProbe("p")
                .setMedianMicros(medianMicros)
                .build();
    }
}
