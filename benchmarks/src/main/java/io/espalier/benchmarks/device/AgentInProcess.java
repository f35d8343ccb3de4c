package io.espalier.benchmarks.device;

import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.inference.ModelUnusableException;
import io.espalier.agent.inference.OrtRuntime;
import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.state.Epochs;
import io.espalier.agent.telemetry.Spool;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.proto.DeviceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** The part of the agent that an inference passes through: turns, the timed run, telemetry. */
final class AgentInProcess implements AutoCloseable {
    private final ActiveModel active = new ActiveModel();
    private final TelemetryRecorder telemetry;

    AgentInProcess(Path model, Path folder) throws IOException, ModelUnusableException {
        Path spool = Files.createDirectories(folder.resolve("spool"));
        Path natives = Files.createDirectories(folder.resolve("native"));
        Clock clock = Clock.systemUTC();
        telemetry = new TelemetryRecorder(
                new DeviceId("bench"),
                Spool.open(
                        spool,
                        new Spool.Limits(1 << 20, Duration.ofHours(1)),
                        new Epochs(folder.resolve("epoch"), clock),
                        clock),
                clock);
        active.replaceBy(ServedModel.of(
                OrtRuntime.start(natives, 1, 1).load(model), ServedResNet.variant(Files.readAllBytes(model)), "bench"));
    }

    void infer(float[] values, float[] answer) throws ModelUnusableException {
        active.use(serving -> {
            serving.model().input().put(0, values);
            telemetry.inference(serving, serving.model().runNanos());
            serving.model().output().get(0, answer);
            return answer;
        });
    }

    @Override
    public void close() {
        active.close();
    }
}
