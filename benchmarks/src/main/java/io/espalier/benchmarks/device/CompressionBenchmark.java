package io.espalier.benchmarks.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.benchmarks.Bar;
import io.espalier.benchmarks.Benchmark;
import io.espalier.benchmarks.Reading;
import io.espalier.benchmarks.Results;
import io.espalier.benchmarks.Setting;
import io.espalier.benchmarks.Stage;
import io.espalier.benchmarks.Step;
import io.espalier.benchmarks.Table;
import io.espalier.benchmarks.Verdict;
import io.espalier.benchmarks.Workplace;
import io.espalier.pruning.graph.BatchNormFolding;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.quantisation.Quantiser;
import io.espalier.pruning.quantisation.WeightRange;
import io.espalier.pruning.sparsity.MagnitudeMasks;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What compression would save of a variant's bytes, and how long a device would take to undo it. The same models as they
 * came, with their smallest weights at zero, and in integers; the codecs take turns.
 *
 * @see "docs/adr/0021-what-travels-is-not-compressed.md"
 */
public final class CompressionBenchmark implements Benchmark {
    private static final List<String> MODELS = List.of("resnet8-cifar10", "resnet20-cifar10");
    private static final double[] SPARSITIES = {0.5, 0.75, 0.9};
    private static final int ROUNDS = 15;
    private static final double MOST_POINTS_BEHIND = 5;
    private static final double PERCENT = 100;

    @Override
    public String name() {
        return "compression";
    }

    @Override
    public String about() {
        return "bytes that Deflate and Zstandard would save of variants on their way, and the time to undo it";
    }

    @Override
    public List<String> reads() {
        return MODELS.stream().map(CompressionBenchmark::file).toList();
    }

    private static String file(String model) {
        return "models/" + model + ".onnx";
    }

    @Override
    public List<Stage> stages(Setting setting) {
        return MODELS.stream()
                .map(model -> Stage.alone(new Step(model, place -> measure(model, place))))
                .toList();
    }

    /** What one codec made of a file, and how long it took to undo that, once each round. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Packed(Codec codec, byte[] bytes, double[] micros) {}

    private static ObjectNode measure(String model, Workplace place) throws IOException {
        byte[] came = Files.readAllBytes(place.setting().data(file(model)));
        ObjectNode result = new ObjectMapper().createObjectNode();
        for (Map.Entry<String, byte[]> form : forms(came).entrySet()) {
            byte[] bytes = form.getValue();
            ObjectNode measured = result.putObject(form.getKey()).put("bytes", bytes.length);
            List<Packed> all = new ArrayList<>();
            for (Codec codec : Codec.values()) {
                all.add(new Packed(codec, codec.compress(bytes), new double[ROUNDS]));
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (Packed each : all) {
                    each.micros()[round] = decompressionMicros(each.codec(), each.bytes(), bytes);
                }
            }
            for (Packed each : all) {
                measured.withObject("/" + each.codec())
                        .put("bytes", each.bytes().length)
                        .put("micros", median(each.micros()));
            }
            place.log().println(form.getKey() + " measured");
        }
        return result;
    }

    private static double decompressionMicros(Codec codec, byte[] packed, byte[] expected) throws IOException {
        long start = System.nanoTime();
        byte[] unpacked = codec.decompress(packed, expected.length);
        double micros = (System.nanoTime() - start) / 1e3;
        if (!Arrays.equals(unpacked, expected)) {
            throw new IOException(codec + " does not give back what it was given");
        }
        return micros;
    }

    /** Ranges of activations are made up, which changes a few bytes; weights are what they would be. */
    private static Map<String, byte[]> forms(byte[] came) {
        Map<String, byte[]> forms = new LinkedHashMap<>();
        Graph folded = BatchNormFolding.fold(OnnxReader.read(came));
        forms.put("float32", OnnxWriter.write(folded));
        forms.put("int8, 7 bits", integers(folded, WeightRange.SEVEN_BITS));
        forms.put("int8, 8 bits", integers(folded, WeightRange.EIGHT_BITS));
        for (double sparsity : SPARSITIES) {
            Graph sparse = MagnitudeMasks.global(folded, sparsity).applied(folded);
            String zeros = String.format(Locale.ROOT, ", %.0f %% zeros", sparsity * PERCENT);
            forms.put("float32" + zeros, OnnxWriter.write(sparse));
            forms.put("int8, 7 bits" + zeros, integers(sparse, WeightRange.SEVEN_BITS));
        }
        return forms;
    }

    private static byte[] integers(Graph folded, WeightRange weights) {
        return OnnxWriter.write(Quantiser.of(folded).shaped(weights));
    }

    @Override
    public Verdict judge(Results results, Setting setting, PrintStream out) {
        double mostBehind = 0;
        for (String model : MODELS) {
            ObjectNode measured = results.of(model);
            if (measured.isEmpty()) {
                throw new IllegalStateException("Nothing was measured of " + model);
            }
            Table table = new Table(headings(model));
            for (Map.Entry<String, JsonNode> form : measured.properties()) {
                table.row(row(form.getKey(), form.getValue()));
                mostBehind = Math.max(
                        mostBehind, saved(form.getValue(), Codec.ZSTD_19) - saved(form.getValue(), Codec.DEFLATE_9));
            }
            table.print(out);
        }
        return new Verdict(
                String.format(Locale.ROOT, "Zstandard saves at most %.1f points more than Deflate", mostBehind),
                String.format(Locale.ROOT, "<= %.0f", MOST_POINTS_BEHIND),
                Bar.atMost(mostBehind, MOST_POINTS_BEHIND));
    }

    private static String[] headings(String model) {
        String[] headings = new String[2 + 2 * Codec.values().length];
        headings[0] = model;
        headings[1] = "bytes";
        for (Codec codec : Codec.values()) {
            headings[2 + 2 * codec.ordinal()] = codec + " saves";
            headings[3 + 2 * codec.ordinal()] = "undone in";
        }
        return headings;
    }

    private static String[] row(String form, JsonNode measured) {
        String[] row = new String[2 + 2 * Codec.values().length];
        row[0] = form;
        row[1] = measured.path("bytes").asText();
        for (Codec codec : Codec.values()) {
            row[2 + 2 * codec.ordinal()] = String.format(Locale.ROOT, "%.1f %%", saved(measured, codec));
            row[3 + 2 * codec.ordinal()] = String.format(
                    Locale.ROOT,
                    "%.2f ms",
                    measured.path(codec.toString()).path("micros").asDouble() / 1e3);
        }
        return row;
    }

    private static double saved(JsonNode measured, Codec codec) {
        return PERCENT
                * (1 - Reading.number(measured.path(codec.toString()), "bytes") / Reading.number(measured, "bytes"));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
