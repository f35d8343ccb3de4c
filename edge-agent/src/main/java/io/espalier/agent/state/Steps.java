package io.espalier.agent.state;

/** Told each step of a durable change just before it is taken; a test cuts the power there by throwing. */
@FunctionalInterface
public interface Steps {
    Steps UNWATCHED = step -> {};

    void before(String step);
}
