package io.espalier.benchmarks.device;

/**
 * A way for telemetry to leave, and what the agent may weigh with it.
 *
 * @param setting value of {@code telemetry.sink}
 * @param mostMebibytes bar of the resident set
 */
record Sink(String setting, int mostMebibytes) {
    static final Sink KAFKA = new Sink("kafka", 160);
    static final Sink MQTT = new Sink("mqtt", 110);
}
