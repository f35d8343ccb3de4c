package io.espalier.benchmarks.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.benchmarks.Benchmark;
import io.espalier.benchmarks.Results;
import io.espalier.benchmarks.Setting;
import io.espalier.benchmarks.Stage;
import io.espalier.benchmarks.Step;
import io.espalier.benchmarks.Table;
import io.espalier.benchmarks.Verdict;
import io.espalier.benchmarks.Workplace;
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.data.Dataset;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * LeNet-300-100 on MNIST: pixels dropped first, then hidden units by the product's campaign. The network that is judged
 * takes whole images; its Gather picks the pixels.
 */
public final class LeNet300Benchmark implements Benchmark {
    private static final int DENSE_EPOCHS = 30;
    private static final int[] PIXELS = {300, 96};
    private static final int EPOCHS_A_CUT = 12;
    private static final long MACS = 9_600;
    private static final int EPOCHS = 100;
    private static final int BATCH = 128;
    private static final double LEARNING_RATE = 0.1;
    private static final double BAR = 0.016;

    @Override
    public String name() {
        return "lenet300";
    }

    @Override
    public String about() {
        return "LeNet-300-100 on MNIST pruned to 9.6 K multiply-accumulates, pixels among what goes; VIB: 1.6 % at 9,560";
    }

    @Override
    public List<String> reads() {
        return Subject.LENET300.reads();
    }

    @Override
    public List<Stage> stages(Setting setting) {
        return List.of(
                Stage.parallel(seeds(setting)
                        .mapToObj(seed -> dense(seed).step("dense." + seed))
                        .toList()),
                Stage.parallel(seeds(setting)
                        .mapToObj(seed -> new Step("pruned." + seed, place -> pruned(seed, place)))
                        .toList()));
    }

    private static IntStream seeds(Setting setting) {
        return IntStream.rangeClosed(1, setting.seeds());
    }

    private static DenseNetwork dense(int seed) {
        return new DenseNetwork(Subject.LENET300, DENSE_EPOCHS, seed);
    }

    private static ObjectNode pruned(int seed, Workplace place) throws IOException {
        Dataset data = Subject.LENET300.data(place);
        byte[] dense = dense(seed).trained(place, data);
        byte[] fewer = new FewerInputs(Subject.LENET300, PIXELS, EPOCHS_A_CUT, seed).of(dense, data, place.log());
        ObjectNode made = new Campaign(Subject.LENET300).pruneToMacs(place, data, fewer, MACS, recipe(seed));
        return new ObjectMapper()
                .createObjectNode()
                .put("dense", 1 - Subject.LENET300.accuracy(dense, data.test()))
                .put("fewerPixels", 1 - made.path("dense").asDouble())
                .put("error", 1 - made.path("accuracy").asDouble())
                .put("macs", made.path("macs").asLong())
                .put(
                        "widths",
                        PIXELS[PIXELS.length - 1] + " " + made.path("widths").asText());
    }

    private static Recipe recipe(int seed) {
        return new Recipe(
                EPOCHS,
                1,
                seed,
                BATCH,
                OptionalDouble.of(LEARNING_RATE),
                Recipe.Criterion.AUTO,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                true,
                false);
    }

    @Override
    public Verdict judge(Results results, Setting setting) {
        Table table = new Table("seed", "dense", "fewer pixels", "pruned", "MACs", "widths");
        double[] errors = new double[setting.seeds()];
        for (int seed = 1; seed <= setting.seeds(); seed++) {
            ObjectNode made = results.of("pruned." + seed);
            errors[seed - 1] = made.path("error").asDouble();
            table.row(
                    Integer.toString(seed),
                    percent(made.path("dense").asDouble()),
                    percent(made.path("fewerPixels").asDouble()),
                    percent(errors[seed - 1]),
                    made.path("macs").asText(),
                    made.path("widths").asText());
        }
        table.print(System.out);
        Spread spread = Spread.of(errors);
        return new Verdict(
                String.format(Locale.ROOT, "error %s at %,d multiply-accumulates", spread.percent(), MACS),
                "<= " + percent(BAR),
                spread.mean() <= BAR);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }
}
