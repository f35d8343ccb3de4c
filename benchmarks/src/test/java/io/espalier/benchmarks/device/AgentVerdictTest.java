package io.espalier.benchmarks.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.benchmarks.MadeUpResults;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentVerdictTest {
    private static final long MEBIBYTE = 1 << 20;
    private static final String AT_THE_BAR = measured(110 * MEBIBYTE, 110 * MEBIBYTE, 2, 105, 350);

    @TempDir
    Path folder;

    @Test
    void holdsAtItsMemoryItsStartAndBothOverheads() throws Exception {
        assertThat(holds(AT_THE_BAR)).isTrue();
    }

    @Test
    void missesWithAHairMoreOfAnyOfThem() throws Exception {
        assertThat(holds(measured(110 * MEBIBYTE + 1, 110 * MEBIBYTE, 2, 105, 350)))
                .as("memory of the first life")
                .isFalse();
        assertThat(holds(measured(110 * MEBIBYTE, 110 * MEBIBYTE + 1, 2, 105, 350)))
                .as("memory of a later life")
                .isFalse();
        assertThat(holds(measured(110 * MEBIBYTE, 110 * MEBIBYTE, 2.01, 105, 350)))
                .as("start")
                .isFalse();
        assertThat(holds(measured(110 * MEBIBYTE, 110 * MEBIBYTE, 2, 105.1, 350)))
                .as("in process")
                .isFalse();
        assertThat(holds(measured(110 * MEBIBYTE, 110 * MEBIBYTE, 2, 105, 350.1)))
                .as("over loopback")
                .isFalse();
    }

    @Test
    void allowsTheKafkaClientMoreMemory() throws Exception {
        assertThat(results(measured(160 * MEBIBYTE, 160 * MEBIBYTE, 2, 105, 350), AT_THE_BAR)
                        .judgedBy(new AgentBenchmark())
                        .holds())
                .isTrue();
        assertThat(results(measured(160 * MEBIBYTE + 1, 160 * MEBIBYTE, 2, 105, 350), AT_THE_BAR)
                        .judgedBy(new AgentBenchmark())
                        .holds())
                .isFalse();
    }

    @Test
    void needsTheMemoryOfTheFirstLife() throws Exception {
        MadeUpResults results =
                results(AT_THE_BAR.replace("'first': {'highWater'", "'first': {'resident'"), AT_THE_BAR);
        assertThatThrownBy(() -> results.judgedBy(new AgentBenchmark())).hasMessageContaining("highWater");
    }

    /** Of an agent that tells by MQTT, beside one with Kafka that is within its bars. */
    private boolean holds(String mqtt) throws IOException {
        return results(AT_THE_BAR, mqtt).judgedBy(new AgentBenchmark()).holds();
    }

    private MadeUpResults results(String kafka, String mqtt) throws IOException {
        return new MadeUpResults(folder, 1).with("kafka", kafka).with("mqtt", mqtt);
    }

    /** Where the bare runtime takes 100 microseconds. */
    private static String measured(long first, long later, double seconds, double inProcess, double loopback) {
        return "{'trial': {'highWater': 1}, 'first': {'highWater': " + first + "}, 'starts': [{'seconds': " + seconds
                + ", 'highWater': " + later + "}], 'rounds': [{'bare': 100, 'inProcess': " + inProcess
                + ", 'loopback': " + loopback + "}]}";
    }
}
