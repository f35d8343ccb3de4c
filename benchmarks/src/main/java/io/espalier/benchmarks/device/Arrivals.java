package io.espalier.benchmarks.device;

import io.espalier.agent.toys.ToyBridge;
import io.espalier.agent.toys.ToyKafkaReader;
import io.espalier.proto.DeviceId;
import java.util.Optional;

/** Where the telemetry of the device ends, whichever way it took. */
interface Arrivals extends AutoCloseable {
    /** Waits until every message up to this one has come. */
    void awaitSequence(long last) throws Exception;

    long lastSequence();

    @Override
    void close() throws Exception;

    static Arrivals of(Sink sink, SecureStack stack, DeviceId device) throws Exception {
        return sink.equals(Sink.MQTT)
                ? of(ToyBridge.start(stack.mqttUrl(), device, Optional.of(stack.controller())))
                : of(new ToyKafkaReader(stack.controllersKafkaSettings(), device));
    }

    private static Arrivals of(ToyBridge bridge) {
        return new Arrivals() {
            @Override
            public void awaitSequence(long last) throws Exception {
                bridge.awaitSequence(last);
            }

            @Override
            public long lastSequence() {
                return bridge.lastSequence();
            }

            @Override
            public void close() throws Exception {
                bridge.close();
            }
        };
    }

    private static Arrivals of(ToyKafkaReader reader) {
        return new Arrivals() {
            @Override
            public void awaitSequence(long last) throws Exception {
                reader.awaitSequence(last);
            }

            @Override
            public long lastSequence() {
                return reader.lastSequence();
            }

            @Override
            public void close() {
                reader.close();
            }
        };
    }
}
