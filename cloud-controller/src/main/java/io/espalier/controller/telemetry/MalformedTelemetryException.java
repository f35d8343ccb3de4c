package io.espalier.controller.telemetry;

/** A record that can never be read, however often it is tried; its message completes "The record holds ...". */
public final class MalformedTelemetryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public MalformedTelemetryException(String what) {
        super(what);
    }
}
