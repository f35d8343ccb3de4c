package io.espalier.controller.upgrade;

import io.espalier.proto.Sha256;
import java.time.Instant;

/**
 * A program of the agent that devices can be given.
 *
 * @param digest names the artifact
 * @param arch the processor it is for, as Java names it ("amd64", "aarch64")
 * @param archive what was uploaded
 */
public record Program(Sha256 digest, String version, String arch, long sizeBytes, Sha256 archive, Instant uploadedAt) {}
