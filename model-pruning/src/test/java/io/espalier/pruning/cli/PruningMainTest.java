package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PruningMainTest {
    @Test
    void namesTheOptionThatRaisesTheCapWhichWasReached() {
        assertThat(PruningMain.raised(new OutOfMemoryError("Java heap space"))).isEqualTo("-Xmx4g");
        assertThat(PruningMain.raised(new OutOfMemoryError(
                        "Physical memory usage is too high: physicalBytes (5G) > maxPhysicalBytes (5G)")))
                .isEqualTo("-Dorg.bytedeco.javacpp.maxphysicalbytes=10g");
        OutOfMemoryError outer = new OutOfMemoryError("Cannot allocate new FloatPointer(1): totalBytes = 2G");
        outer.initCause(
                new OutOfMemoryError("Failed to allocate memory within limits: totalBytes (2G + 4) > maxBytes (2G)"));
        assertThat(PruningMain.raised(outer)).isEqualTo("-Dorg.bytedeco.javacpp.maxbytes=4g");
    }
}
