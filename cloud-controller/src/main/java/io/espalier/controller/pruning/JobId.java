package io.espalier.controller.pruning;

/** Names a job. */
public record JobId(String value) {
    @Override
    public String toString() {
        return value;
    }
}
