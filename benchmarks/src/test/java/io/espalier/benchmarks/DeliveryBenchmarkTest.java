package io.espalier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

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

    private void keep(int devices, long mqttBytes, long httpBytes) throws IOException {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.withArray("rounds").addObject().put("bare", 1.0).put("fetched", 1.0);
        results.keep(
                "devices." + devices + ".1",
                result.put("mqtt", mqttBytes)
                        .put("sent", mqttBytes + httpBytes)
                        .put("http", 0)
                        .put("broker", 1 << 20));
    }
}
