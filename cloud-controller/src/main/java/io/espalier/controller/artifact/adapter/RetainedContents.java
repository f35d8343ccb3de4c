package io.espalier.controller.artifact.adapter;

import io.espalier.controller.artifact.PackedContent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Tells which contents the broker retains. A retained chunk costs a broker about twice its size in memory, so large contents
 * go over HTTP instead.
 */
@Singleton
final class RetainedContents {
    private final long mostBytes;

    RetainedContents(
            @ConfigProperty(name = "espalier.artifact.retained-max-bytes", defaultValue = "33554432") long mostBytes) {
        if (mostBytes < 0) {
            throw new ConfigurationException("espalier.artifact.retained-max-bytes=" + mostBytes
                    + " must be 0, where everything goes over HTTP, or more");
        }
        this.mostBytes = mostBytes;
    }

    boolean include(PackedContent content) {
        return content.sizeBytes() <= mostBytes;
    }
}
