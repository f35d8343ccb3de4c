package io.espalier.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressBarTest {
    private final ProgressBar bar = new ProgressBar(10, Glyphs.ASCII);

    @Test
    void drawsOnlyWhatIsFinishedAsFull() {
        assertThat(bar.render(0)).isEqualTo("..........");
        assertThat(bar.render(0.39)).isEqualTo("###.......");
        assertThat(bar.render(0.999)).isEqualTo("#########.");
        assertThat(bar.render(1)).isEqualTo("##########");
    }

    @Test
    void drawsTheNearerEndForWhatIsOutside() {
        assertThat(bar.render(-3)).isEqualTo("..........");
        assertThat(bar.render(7)).isEqualTo("##########");
        assertThat(bar.render(Double.NaN)).isEqualTo("..........");
    }
}
