package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.evaluation.Agreement;
import io.espalier.pruning.evaluation.Quality;
import io.espalier.pruning.graph.DroppableBlock;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.onnx.OnnxReader;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * In which order blocks are left out, by numbers that can be checked by hand: of 40,960 multiply-accumulates block A takes 10 %,
 * block B 30 %. What a judge says of the network without either is made up.
 */
class FormsTest {
    private static final String A = "add1";
    private static final String B = "add2";
    private static final double WHOLE = 0.9;

    private static final Planner PLANNER =
            new Planner(PrunableNetwork.of(network()), Target.NONE.withMacs(20_480), Optional.empty());

    @Test
    void saveATenthAndThreeTenths() {
        double load = PLANNER.wholeLoad();

        assertThat(load).isEqualTo(2);
        assertThat(PLANNER.network().blocks()).extracting(DroppableBlock::name).containsExactly(A, B);
        assertThat(without(0).wholeLoad() / load).isCloseTo(0.9, within(1e-12));
        assertThat(without(1).wholeLoad() / load).isCloseTo(0.7, within(1e-12));
    }

    /** 2 points for 10 % are 0.2 a whole network, 3 for 30 % are 0.1. */
    @Test
    void leaveOutFirstWhatLosesLeastForWhatItSaves() {
        assertThat(firstWhere(WHOLE - 0.02, WHOLE - 0.03)).isEqualTo(B);
    }

    /** 2 points for 10 % are 0.2 a whole network, 9 for 30 % are 0.3. */
    @Test
    void keepWhatSavesMuchWhereItLosesMoreForThat() {
        assertThat(firstWhere(WHOLE - 0.02, WHOLE - 0.09)).isEqualTo(A);
    }

    /** Without a bottom 1.9 for 10 % would be 19, and 9.9 for 30 % be 33. */
    @Test
    void countAsLostNoMoreThanTheWholeScore() {
        assertThat(firstWhere(-1, -9)).isEqualTo(B);
    }

    /** Divided by what they save, 3 points won for 30 % would be less than 2 for 10 %. */
    @Test
    void leaveOutFirstWhatSavesMostWhereNothingIsLost() {
        assertThat(firstWhere(WHOLE + 0.02, WHOLE + 0.03)).isEqualTo(B);
        assertThat(firstWhere(WHOLE, WHOLE)).isEqualTo(B);
    }

    private static String firstWhere(double scoreWithoutA, double scoreWithoutB) {
        Judge judge = new Judge() {
            @Override
            public Quality of(byte[] onnx) {
                Graph graph = OnnxReader.read(onnx);
                boolean hasA = graph.initializer("conv2_w").isPresent();
                boolean hasB = graph.initializer("conv4_w").isPresent();
                return new Agreement(1, hasA && hasB ? WHOLE : hasB ? scoreWithoutA : scoreWithoutB, 0);
            }

            @Override
            public double leastTelling() {
                return 0;
            }
        };
        List<Form> forms = new Forms(PLANNER, judge).all();
        assertThat(forms.get(0).leftOut()).isEmpty();
        return forms.get(1).leftOut().get(0).name();
    }

    private static Planner without(int block) {
        return PLANNER.without(List.of(PLANNER.network().blocks().get(block)));
    }

    /** Multiply-accumulates: 4,608, A twice 2,048, B twice 6,144, 18,432 and 1,536. */
    private static Graph network() {
        NetworkBuilder n = new NetworkBuilder("blocks", new Random(5));
        String x = n.relu(n.conv(n.input("input", 1, 8, 8), 8, 3, 1, 1));
        x = n.relu(n.add(n.conv(n.relu(n.conv(x, 4, 1, 1, 0)), 8, 1, 1, 0), x));
        x = n.relu(n.add(n.conv(n.relu(n.conv(x, 12, 1, 1, 0)), 8, 1, 1, 0), x));
        x = n.relu(n.conv(x, 4, 3, 1, 1));
        return n.build(n.gemm(n.flatten(x), 6));
    }
}
