package io.espalier.pruning.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.campaign.PrunableNetwork;
import io.espalier.pruning.graph.NetworkBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LayerWidthsTest {
    private static PrunableNetwork residual() {
        NetworkBuilder net = new NetworkBuilder("residual", new Random(1));
        String x = net.relu(net.conv(net.input("input", 3, 8, 8), 8, 3, 1, 1));
        String inner = net.relu(net.conv(x, 12, 3, 1, 1));
        String sum = net.add(net.conv(inner, 8, 3, 1, 1), x);
        String out = net.gemm(net.flatten(net.globalAveragePool(net.relu(sum))), 5);
        return PrunableNetwork.of(net.build(out));
    }

    @Test
    void namesLayersThatAShortcutTies() {
        assertThat(LayerWidths.of(residual(), Map.of("conv1", List.of(0, 3, 5), "conv2", List.of(1, 2))))
                .containsExactly(
                        new LayerWidth("conv1", 3, 8, Optional.of("A"), Optional.empty()),
                        new LayerWidth("conv2", 2, 12, Optional.empty(), Optional.empty()),
                        new LayerWidth("conv3", 3, 8, Optional.of("A"), Optional.empty()),
                        whole());
    }

    @Test
    void keepsEverythingThatIsNotNamed() {
        assertThat(LayerWidths.of(residual(), Map.of())).allMatch(layer -> layer.kept() == layer.of());
    }

    @Test
    void goesOnAfterTheLastLetter() {
        assertThat(LayerWidths.letter(25)).isEqualTo("Z");
        assertThat(LayerWidths.letter(26)).isEqualTo("AA");
        assertThat(LayerWidths.letter(26 + 27)).isEqualTo("BB");
    }

    /** The layer that makes the answer says why it stays. */
    private static LayerWidth whole() {
        LayerWidth last = LayerWidths.of(residual(), Map.of()).get(3);
        assertThat(last.denseBecause()).isPresent();
        return new LayerWidth("dense1", 5, 5, Optional.empty(), last.denseBecause());
    }
}
