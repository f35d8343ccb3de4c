package io.espalier.agent.http;

/** Answers requests, on several threads at once. */
@FunctionalInterface
public interface Handler {
    Reply answer(Request request) throws RequestRefusedException;
}
