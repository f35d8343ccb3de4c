package io.espalier.controller.mqtt;

/** A message that came. The payload belongs to the receiver. */
@SuppressWarnings("ArrayRecordComponent")
public record MqttMessage(String topic, byte[] payload) {}
