package io.espalier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.benchmarks.device.DeliveryBenchmark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveryBenchmarkTest {
    private static final long ARTIFACT_BYTES = 20_000_000;

    @TempDir
    Path folder;

    private Results results;
    private Setting setting;

    @BeforeEach
    void begin() throws IOException {
        results = new Results(folder);
        setting = new Setting(1, Optional.empty(), folder);
        keep(1, ARTIFACT_BYTES, 0);
        keep(10, ARTIFACT_BYTES, 0);
    }

    @Test
    void holdsWhereManyDevicesTakeWhatOneTakes() throws Exception {
        keep(100, ARTIFACT_BYTES, 0);

        assertThat(new DeliveryBenchmark().judge(results, setting, System.out).holds())
                .isTrue();
    }

    @Test
    void missesWhereManyDevicesFallBackToHttp() throws Exception {
        keep(100, ARTIFACT_BYTES, ARTIFACT_BYTES / 10);

        assertThat(new DeliveryBenchmark().judge(results, setting, System.out).holds())
                .isFalse();
    }

    @Test
    void isMadeNoEasierByWhatOneDeviceTakesOverHttp() throws Exception {
        keep(1, ARTIFACT_BYTES, ARTIFACT_BYTES);
        keep(100, ARTIFACT_BYTES, ARTIFACT_BYTES / 10);

        assertThat(new DeliveryBenchmark().judge(results, setting, System.out).holds())
                .isFalse();
    }

    @Test
    void holdsAtTheShareOfGoodputAndAtTheShareOfBytes() throws Exception {
        keep(1, ARTIFACT_BYTES, 0, 0.9);
        keep(100, ARTIFACT_BYTES * 105 / 100, 0);

        assertThat(new DeliveryBenchmark().judge(results, setting, System.out).holds())
                .isTrue();
    }

    @Test
    void missesWithAHairLessGoodput() throws Exception {
        keep(1, ARTIFACT_BYTES, 0, 0.899);
        keep(100, ARTIFACT_BYTES, 0);

        assertThat(new DeliveryBenchmark().judge(results, setting, System.out).holds())
                .isFalse();
    }

    @Test
    void missesWithOneByteMoreThanManyDevicesMayTake() throws Exception {
        keep(100, ARTIFACT_BYTES * 105 / 100 + 1, 0);

        assertThat(new DeliveryBenchmark().judge(results, setting, System.out).holds())
                .isFalse();
    }

    @Test
    void takesNothingSentForNoResult() throws Exception {
        results.keep("devices.100.1", rounds(1));

        assertThatThrownBy(() -> new DeliveryBenchmark().judge(results, setting, System.out))
                .hasMessageContaining("sent");
    }

    private void keep(int devices, long mqttBytes, long httpBytes) throws IOException {
        keep(devices, mqttBytes, httpBytes, 1);
    }

    /** Where a bare client takes so much of the time that a device takes. */
    private void keep(int devices, long mqttBytes, long httpBytes, double share) throws IOException {
        results.keep(
                "devices." + devices + ".1",
                rounds(share)
                        .put("mqtt", mqttBytes)
                        .put("sent", mqttBytes + httpBytes)
                        .put("http", 0)
                        .put("broker", 1 << 20));
    }

    private static ObjectNode rounds(double share) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.withArray("rounds").addObject().put("bare", share).put("fetched", 1.0);
        return result;
    }
}
