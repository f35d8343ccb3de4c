package io.espalier.controller.artifact;

/**
 * What a manifest says of the agent program in it.
 *
 * @param arch the processor its native libraries are for, as Java names it ("amd64", "aarch64")
 */
public record AgentLabel(String version, String arch) {}
