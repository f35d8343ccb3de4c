package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.campaign.BaseModel;
import io.espalier.pruning.graph.ReferenceNetworks;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptTimingsTest {
    private static final Instant THEN = Instant.parse("2026-01-02T03:04:05Z");
    private static final BaseModel MODEL = BaseModel.of(OnnxWriter.write(ReferenceNetworks.sourceCnn(1)));
    private static final BaseModel OTHER = BaseModel.of(OnnxWriter.write(ReferenceNetworks.sourceCnn(2)));
    private static final DeviceTimings TIMINGS =
            new DeviceTimings(List.of(new Timing("floor", 1 / 3.0, 0.4, 20, 0.01)), List.of(), 100 / 7.0, 110 / 7.0, 1);

    @TempDir
    Path folder;

    @BeforeEach
    void keep() {
        of(MODEL, 1, false, Duration.ZERO).keep(TIMINGS);
    }

    @Test
    void areGivenBackToTheLastBitForADay() {
        KeptTimings.Left left =
                of(MODEL, 1, false, Duration.ofMinutes(12)).left().orElseThrow();

        assertThat(left.timings()).isEqualTo(TIMINGS).hasToString(TIMINGS.toString());
        assertThat(left.when()).isEqualTo("12 minutes ago");
        assertThat(of(MODEL, 1, false, Duration.ofHours(24))
                        .left()
                        .orElseThrow()
                        .when())
                .isEqualTo("24 hours ago");
        assertThat(of(MODEL, 1, false, Duration.ofHours(24).plusSeconds(1)).left())
                .isEmpty();
        assertThat(of(MODEL, 1, false, Duration.ofSeconds(-1)).left())
                .as("of a clock that was set back")
                .isEmpty();
    }

    @Test
    void areFoundByAnotherProcess() throws IOException, InterruptedException {
        Files.delete(folder.resolve(KeptTimings.NAME));
        Process another = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Keeper.class.getName(),
                        folder.toString())
                .inheritIO()
                .start();
        assertThat(another.waitFor()).isZero();

        assertThat(of(MODEL, 1, false, Duration.ZERO).left()).isPresent();
    }

    /** Keeps timings in the folder it is given. */
    static final class Keeper {
        private Keeper() {}

        public static void main(String[] arguments) {
            of(Path.of(arguments[0]), MODEL, 1, false, Duration.ZERO).keep(TIMINGS);
        }
    }

    @Test
    void areOfNoUseToWhatWasNotMeasured() {
        assertThat(of(OTHER, 1, false, Duration.ZERO).left()).isEmpty();
        assertThat(of(MODEL, 2, false, Duration.ZERO).left()).isEmpty();
        assertThat(of(MODEL, 1, true, Duration.ZERO).left()).isEmpty();
    }

    @Test
    void areMeasuredAnewWhereTheyAreDamaged() throws IOException {
        Files.writeString(folder.resolve(KeptTimings.NAME), "{\"measured\":");

        assertThat(of(MODEL, 1, false, Duration.ZERO).left()).isEmpty();
    }

    private KeptTimings of(BaseModel model, int threads, boolean integers, Duration later) {
        return of(folder, model, threads, integers, later);
    }

    private static KeptTimings of(Path folder, BaseModel model, int threads, boolean integers, Duration later) {
        return KeptTimings.of(
                new JobFolder(folder), Clock.fixed(THEN.plus(later), ZoneOffset.UTC), model, threads, integers);
    }
}
