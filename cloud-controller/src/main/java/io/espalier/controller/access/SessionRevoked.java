package io.espalier.controller.access;

/** A session was logged out; what still runs under it must end. */
public record SessionRevoked(String id) {}
