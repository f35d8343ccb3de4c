package io.espalier.agent.inference;

/** Names what answered an inference, for as long as anybody asks: the variant and the artifact it came in. */
public record ServedVariant(String variantDigest, String artifactDigest) {}
