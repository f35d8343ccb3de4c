package io.espalier.controller.artifact;

/** A signed release of an artifact: which version of which target. */
public record Released(String target, long version) {}
