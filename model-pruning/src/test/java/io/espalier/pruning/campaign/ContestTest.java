package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.evaluation.Agreement;
import io.espalier.pruning.evaluation.Quality;
import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.importance.Importance;
import io.espalier.pruning.importance.TopChannels;
import io.espalier.pruning.onnx.OnnxReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Which network wins, by what a judge says of each. Rankings and scores are made up; cutting and fitting are real. */
class ContestTest {
    private static final int CHANNELS = 16;
    private static final double TELLING = 0.2;

    /** One layer to cut, so knapsack and uniform widths are the same network, and a criterion is one contender. */
    private static final Form ONE_LAYER = whole(network(false));

    /** Two layers to cut, of which the second can be left out. */
    private static final Form TWO_LAYERS = whole(network(true));

    private static final Form SHALLOW = new Form(
            TWO_LAYERS.network().blocks(),
            TWO_LAYERS.planner().without(TWO_LAYERS.network().blocks()));

    /** Rankings of the first layer's channels; each leaves others. */
    private enum Stub implements Importance {
        LOW,
        HIGH,
        EVEN;

        private double of(int channel) {
            return switch (this) {
                case LOW -> CHANNELS - channel;
                case HIGH -> channel + 1;
                case EVEN -> channel % 2 == 0 ? 3 : 1;
            };
        }

        static Stub thatKept(Graph graph) {
            int[] kept = channels(graph);
            double[] scores = new double[CHANNELS];
            return Arrays.stream(values())
                    .filter(each -> {
                        Arrays.setAll(scores, each::of);
                        return Arrays.equals(TopChannels.keep(scores, kept.length), kept);
                    })
                    .findFirst()
                    .orElseThrow();
        }

        /** Further layers are worth as much as their first four channels are. */
        @Override
        public Map<String, double[]> scores(DependencyGroups groups) {
            Map<String, double[]> scores = new HashMap<>();
            for (ChannelGroup group : groups.prunable()) {
                double[] ofGroup = new double[group.size()];
                Arrays.setAll(ofGroup, c -> group.id().equals("conv1") ? of(c) : c < 4 ? 1 : 1e-6);
                scores.put(group.id(), ofGroup);
            }
            return scores;
        }
    }

    /** What a criterion's network scores as it was cut, and fitted. */
    private record Said(double cut, double fitted) {}

    /** Of each form, the criteria that were asked for. */
    private final List<Set<String>> among = new ArrayList<>();

    @Test
    void takesTheHighestFittedScoreInWhateverOrderCriteriaAreTried() {
        Map<Stub, Said> said =
                Map.of(Stub.LOW, new Said(0.6, 0.6), Stub.HIGH, new Said(0.5, 0.7), Stub.EVEN, new Said(0.3, 0.3));

        for (List<Stub> order : orders()) {
            Contest.Outcome outcome = contest(order, said);

            assertThat(outcome.contenders())
                    .as("tried as %s", order)
                    .extracting(Contender::criterion)
                    .containsExactly("HIGH", "LOW", "EVEN");
            assertThat(outcome.contenders().get(0).scores())
                    .isEqualTo(Scores.ofCut(0.5).withFitted(0.7));
            assertThat(Stub.thatKept(outcome.fitted().graph())).isEqualTo(Stub.HIGH);
            assertThat(isFitted(outcome.fitted().graph())).isTrue();
        }
    }

    /** Fitting takes seconds for a large network: only the two best cuts of a form are given the chance. */
    @Test
    void fitsTheTwoBestCutsAndRanksThemBeforeAllOthers() {
        List<Contender> contenders = contest(
                        List.of(Stub.LOW, Stub.HIGH, Stub.EVEN),
                        Map.of(
                                Stub.LOW, new Said(0.4, 0.95),
                                Stub.HIGH, new Said(0.5, 0.3),
                                Stub.EVEN, new Said(0.6, 0.35)))
                .contenders();

        assertThat(contenders).extracting(Contender::criterion).containsExactly("EVEN", "HIGH", "LOW");
        assertThat(contenders).extracting(Contender::isFinalist).containsExactly(true, true, false);
    }

    @Test
    void takesTheCriterionThatIsTriedFirstWhereScoresAreEqual() {
        Said same = new Said(0.5, 0.7);
        Map<Stub, Said> said = Map.of(Stub.LOW, same, Stub.HIGH, same);

        takesTheFirst(List.of(Stub.LOW, Stub.HIGH), said);
        takesTheFirst(List.of(Stub.HIGH, Stub.LOW), said);
    }

    @Test
    void takesTheCriterionThatIsTriedFirstWhereScoresAreTooLowToTell() {
        Map<Stub, Said> said = Map.of(
                Stub.LOW, new Said(TELLING - 0.1, TELLING - 0.05),
                Stub.HIGH, new Said(-3, TELLING));

        takesTheFirst(List.of(Stub.LOW, Stub.HIGH), said);
        takesTheFirst(List.of(Stub.HIGH, Stub.LOW), said);
    }

    private void takesTheFirst(List<Stub> order, Map<Stub, Said> said) {
        Contest.Outcome outcome = contest(order, said);
        assertThat(outcome.contenders().get(0).criterion())
                .isEqualTo(order.get(0).name());
        assertThat(Stub.thatKept(outcome.fitted().graph())).isEqualTo(order.get(0));
    }

    @Test
    void countsTheSameNetworkOnce() {
        Contest.Outcome outcome = contest(List.of(Stub.LOW, Stub.LOW), Map.of(Stub.LOW, new Said(0.5, 0.5)));

        assertThat(outcome.contenders())
                .singleElement()
                .satisfies(each -> assertThat(each.name()).isEqualTo("LOW-knapsack"));
    }

    @Test
    void takesTheSameFractionEverywhereOnlyWhereItIsThreePointsAhead() {
        assertThat(winnerWhereUniformIsAheadBy(0.02)).isEqualTo("LOW-knapsack");
        assertThat(winnerWhereUniformIsAheadBy(0.04)).isEqualTo("LOW-uniform");
    }

    private String winnerWhereUniformIsAheadBy(double points) {
        return run(List.of(TWO_LAYERS), List.of(Stub.LOW), graph -> 0.5 + (isUniform(graph) ? points : 0))
                .contenders()
                .get(0)
                .name();
    }

    @Test
    void takesTheBetterFormInWhateverOrderTheyAreTried() {
        ToDoubleFunction<Graph> shallowIsBetter = graph -> isShallow(graph) ? 0.6 : 0.5;
        ToDoubleFunction<Graph> wholeIsBetter = graph -> isShallow(graph) ? 0.5 : 0.6;
        for (List<Form> order : List.of(List.of(TWO_LAYERS, SHALLOW), List.of(SHALLOW, TWO_LAYERS))) {
            Contest.Outcome shallow = run(order, List.of(Stub.LOW), shallowIsBetter);
            assertThat(shallow.contenders().get(0).name()).endsWith(" without conv2");
            assertThat(isShallow(shallow.fitted().graph())).isTrue();

            Contest.Outcome whole = run(order, List.of(Stub.LOW), wholeIsBetter);
            assertThat(whole.contenders().get(0).name()).isEqualTo("LOW-knapsack");
            assertThat(isShallow(whole.fitted().graph())).isFalse();
        }
    }

    @Test
    void triesInFurtherFormsOnlyTheCriteriaOfFinalists() {
        Map<Stub, Double> scores = Map.of(Stub.LOW, 0.5, Stub.HIGH, 0.6, Stub.EVEN, 0.3);

        run(
                List.of(TWO_LAYERS, SHALLOW),
                List.of(Stub.values()),
                graph -> scores.getOrDefault(Stub.thatKept(graph), 0.0) - (isUniform(graph) ? 0.2 : 0));

        assertThat(among).containsExactly(Set.of(), Set.of("LOW", "HIGH"));
    }

    private Contest.Outcome contest(List<Stub> criteria, Map<Stub, Said> said) {
        return run(List.of(ONE_LAYER), criteria, graph -> {
            Said of = said.getOrDefault(Stub.thatKept(graph), new Said(0, 0));
            return isFitted(graph) ? of.fitted() : of.cut();
        });
    }

    private Contest.Outcome run(List<Form> forms, List<Stub> criteria, ToDoubleFunction<Graph> score) {
        Judge judge = new Judge() {
            @Override
            public Quality of(byte[] onnx) {
                return new Agreement(1, score.applyAsDouble(OnnxReader.read(onnx)), 0);
            }

            @Override
            public double leastTelling() {
                return TELLING;
            }
        };
        PrunableNetwork unpruned = forms.contains(ONE_LAYER) ? ONE_LAYER.network() : TWO_LAYERS.network();
        Task task = UnlabelledTasks.fitting(1, unpruned.unfolded(), Recipe.DEFAULT);
        LayerFitting fitting = new LayerFitting(unpruned, task, task.fitting(), 1, Progress.SILENT);
        Contest.Rankings rankings = (form, names) -> {
            among.add(names);
            return criteria.stream()
                    .filter(each -> names.isEmpty() || names.contains(each.name()))
                    .<Importance>map(each -> each)
                    .toList();
        };
        return new Contest(forms, rankings, judge, fitting).run(OptionalDouble.empty());
    }

    private static List<List<Stub>> orders() {
        List<List<Stub>> orders = new ArrayList<>();
        for (Stub first : Stub.values()) {
            for (Stub second : Stub.values()) {
                for (Stub third : Stub.values()) {
                    if (Set.copyOf(List.of(first, second, third)).size() == 3) {
                        orders.add(List.of(first, second, third));
                    }
                }
            }
        }
        return orders;
    }

    /** Channels of the first layer, told by their biases. */
    private static int[] channels(Graph graph) {
        float[] biases = graph.constant("conv1_b").floats();
        int[] channels = new int[biases.length];
        Arrays.setAll(channels, c -> Math.round(biases[c]));
        return channels;
    }

    /** Whether the layer behind the first one has other weights than it came with. */
    private static boolean isFitted(Graph graph) {
        int[] kept = channels(graph);
        Tensor whole = ONE_LAYER.network().folded().constant("dense1_w");
        Tensor now = graph.constant("dense1_w");
        for (int out = 0; out < now.shape().dim(0); out++) {
            for (int i = 0; i < kept.length; i++) {
                if (now.floats()[out * kept.length + i] != whole.floats()[out * CHANNELS + kept[i]]) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isShallow(Graph graph) {
        return graph.initializer("conv2_b").isEmpty();
    }

    private static boolean isUniform(Graph graph) {
        return !isShallow(graph)
                && graph.constant("conv1_b").elements()
                        == graph.constant("conv2_b").elements();
    }

    private static Form whole(Graph graph) {
        long half = Costs.of(graph).macs() / 2;
        return Form.whole(new Planner(PrunableNetwork.of(graph), Target.NONE.withMacs(half), Optional.empty()));
    }

    private static Graph network(boolean twoLayers) {
        NetworkBuilder n = new NetworkBuilder("numbers", new Random(1));
        String x = n.relu(n.conv(n.input("input", 1, 8, 8), CHANNELS, 3, 1, 1));
        if (twoLayers) {
            x = n.relu(n.conv(x, CHANNELS, 3, 1, 1));
        }
        Graph graph = n.build(n.gemm(n.flatten(n.globalAveragePool(x)), 3));
        float[] numbers = new float[CHANNELS];
        for (int c = 0; c < CHANNELS; c++) {
            numbers[c] = c;
        }
        return graph.withInitializers(Map.of("conv1_b", Tensor.ofFloats(numbers, CHANNELS)));
    }
}
