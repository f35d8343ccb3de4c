package io.espalier.controller.dataset;

import io.espalier.proto.Sha256;
import java.time.Instant;

/** An uploaded data set; its file name tells workers its format. */
public record Dataset(DatasetId id, String name, String fileName, long sizeBytes, Sha256 digest, Instant createdAt) {}
