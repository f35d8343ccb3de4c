package io.espalier.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.link.Connections;
import io.espalier.agent.state.Epochs;
import io.espalier.agent.telemetry.Spool;
import io.espalier.agent.telemetry.SpoolRecord;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.agent.toys.ManualClock;
import io.espalier.agent.toys.ScrapedMetrics;
import io.espalier.agent.toys.ToyRuntime;
import io.espalier.proto.DeviceId;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentMetricsTest {
    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(1_000);
    private final ActiveModel active = new ActiveModel();
    private final Connections connections = new Connections(Connections.MQTT, Connections.KAFKA);
    private Spool spool;
    private TelemetryRecorder telemetry;
    private AgentMetrics metrics;

    @BeforeEach
    void open() throws Exception {
        spool = Spool.open(
                folder,
                new Spool.Limits(1 << 20, Duration.ofHours(1)),
                new Epochs(folder.resolve("epoch"), clock),
                clock);
        telemetry = new TelemetryRecorder(new DeviceId("d"), spool, clock);
        metrics = new AgentMetrics("9.9", active, telemetry, spool, connections);
    }

    @AfterEach
    void close() {
        active.close();
    }

    @Test
    void saysThatNothingHappenedYet() {
        ScrapedMetrics scraped = ScrapedMetrics.parse(metrics.get());

        assertThat(scraped.value("espalier_agent_info{version=\"9.9\"}")).isEqualTo(1);
        assertThat(scraped.value("espalier_model_ready")).isZero();
        assertThat(scraped.value("espalier_inference_duration_seconds_count")).isZero();
        assertThat(scraped.value("espalier_connection_up{peer=\"mqtt\"}")).isZero();
        assertThat(metrics.get()).doesNotContain("espalier_model_info");
    }

    @Test
    void countsInferencesInStepsOfLatency() throws Exception {
        ServedModel model = ToyRuntime.serving(1);
        active.replaceBy(model);
        telemetry.inference(model, 100_000);
        telemetry.inference(model, 100_001);
        telemetry.inference(model, 3_600_000_000_000L);
        telemetry.error(model);
        telemetry.label(model.name(), true);
        telemetry.label(model.name(), false);
        telemetry.roll();

        ScrapedMetrics scraped = ScrapedMetrics.parse(metrics.get());

        assertThat(scraped.value("espalier_inference_duration_seconds_bucket{le=\"1.0E-4\"}"))
                .isEqualTo(1);
        assertThat(scraped.value("espalier_inference_duration_seconds_bucket{le=\"2.5E-4\"}"))
                .isEqualTo(2);
        assertThat(scraped.value("espalier_inference_duration_seconds_bucket{le=\"5\"}"))
                .isEqualTo(2);
        assertThat(scraped.value("espalier_inference_duration_seconds_bucket{le=\"+Inf\"}"))
                .isEqualTo(3);
        assertThat(scraped.value("espalier_inference_duration_seconds_sum")).isCloseTo(3600.0002, within(1e-6));
        assertThat(scraped.value("espalier_inferences_total")).isEqualTo(3);
        assertThat(scraped.value("espalier_inference_errors_total")).isEqualTo(1);
        assertThat(scraped.value("espalier_labelled_inferences_total")).isEqualTo(2);
        assertThat(scraped.value("espalier_correct_inferences_total")).isEqualTo(1);
        assertThat(scraped.value("espalier_model_info{artifact=\"artifact-1.0\",variant=\""
                        + model.variant().getVariantDigest() + "\"}"))
                .isEqualTo(1);
    }

    @Test
    void saysHowFullTheSpoolIsAndWhoIsReached() throws Exception {
        for (int i = 0; i < 15; i++) {
            spool.append(SpoolRecord.Kind.EVENT, (epoch, sequence, dropped) -> new byte[100_000]);
        }
        spool.acknowledge(13);
        connections.watch(Connections.MQTT, () -> true);

        ScrapedMetrics scraped = ScrapedMetrics.parse(metrics.get());

        assertThat(scraped.value("espalier_spool_records")).isEqualTo(2);
        assertThat(scraped.value("espalier_spool_bytes")).isBetween(300_000.0, 310_000.0);
        assertThat(scraped.value("espalier_spool_max_bytes")).isEqualTo(1 << 20);
        assertThat(scraped.value("espalier_spool_dropped_records_total")).isEqualTo(6);
        assertThat(scraped.value("espalier_connection_up{peer=\"mqtt\"}")).isEqualTo(1);
        assertThat(scraped.value("espalier_connection_up{peer=\"kafka\"}")).isZero();
    }

    @Test
    void isReadByAStricterReaderThanMost() {
        assertThatThrownBy(() -> ScrapedMetrics.parse("a 1\n")).hasMessageContaining("outside its family");
        assertThatThrownBy(() -> ScrapedMetrics.parse("# HELP a b\n# TYPE a gauge\na 1\na 1\n"))
                .hasMessageContaining("one sample a series");
        assertThatThrownBy(() -> ScrapedMetrics.parse("# HELP a b\n# TYPE a gauge\na{x=\"\"\"} 1\n"))
                .hasMessageContaining("neither");
    }
}
