package io.espalier.controller.pruning.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.pruning.training.WorkerJvm;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkerSettingsTest {
    private static final List<String> FLAGS = List.of(WorkerSettings.FLAGS.split(",", -1));

    @Test
    void flagsAreThoseThatTrainingAsksFor() {
        assertThat(FLAGS).isEqualTo(WorkerJvm.FLAGS);
        assertThat(WorkerRoom.workerBytes(FLAGS)).isEqualTo(WorkerRoom.USUAL_WORKER_BYTES);
    }

    @Test
    void thereAreAsManyWorkersAsThereIsRoomFor() {
        assertThat(settings(Optional.empty(), FLAGS).count())
                .isEqualTo(WorkerRoom.here(FLAGS).workers());
        assertThat(settings(Optional.empty(), List.of("-Dorg.bytedeco.javacpp.maxphysicalbytes=1000t"))
                        .count())
                .isOne();
    }

    @Test
    void aNumberThatIsGivenWinsEvenWhereItDoesNotFit() {
        assertThat(settings(Optional.of(5), List.of("-Dorg.bytedeco.javacpp.maxphysicalbytes=1000t"))
                        .count())
                .isEqualTo(5);
    }

    @Test
    void refusesToHaveNoWorkers() {
        assertThatThrownBy(() -> settings(Optional.of(0), FLAGS))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("espalier.worker.count=0: at least 1 is needed");
    }

    private static WorkerSettings settings(Optional<Integer> count, List<String> flags) {
        return new WorkerSettings(
                Path.of("data"), Optional.empty(), count, flags, Duration.ofHours(1), Optional.empty());
    }
}
