package io.espalier.pruning.cli;

import static io.espalier.pruning.onnx.ToyModel.value;
import static io.espalier.pruning.onnx.ToyModel.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.proto.Sha256;
import io.espalier.pruning.data.SampleFiles;
import io.espalier.pruning.graph.ReferenceNetworks;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.terminal.HelpLines;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What a person who makes a mistake at {@code ./espalier prune} reads, and the exit code a script sees. */
class PruneCommandTest {
    private static final int SIDE = 28;

    @TempDir
    Path folder;

    private Path model;
    private Path data;

    /** How one command ended. */
    private record Ended(int code, String said) {}

    @BeforeEach
    void write() throws IOException {
        model = folder.resolve("model.onnx");
        Files.write(model, OnnxWriter.write(ReferenceNetworks.sourceCnn(1)));
        data = Files.createDirectory(folder.resolve("data"));
        images("train", 60, 10);
        images("t10k", 40, 10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                         | give at least one of --latency, --memory-bytes,"
                        + " --size-bytes",
                "--latency 0ms                            | \"0ms\" is not a positive latency: write 2ms, 350us, or"
                        + " 50%",
                "--latency 150%                           | --latency 150% allows all that the unpruned model takes; write",
                "--latency 100%                           | less than 100%",
                "--latency -3ms                           | \"-3ms\" is not a positive latency",
                "--latency NaN                            | \"NaN\" is not a positive latency",
                "--latency 5                              | \"5\" is not a positive latency",
                "--size-bytes -5                          | --size-bytes must be a number above zero, is -5",
                "--memory-bytes 0                         | --memory-bytes must be a number above zero, is 0",
                "--latency 2ms --memory-bytes 0           | --memory-bytes must be a number above zero, is 0",
                "--energy-mj 0                            | --energy-mj must be a number above zero, is 0.0",
                "--energy-mj little                       | for option '--energy-mj': \"little\" is not a number",
                "--energy-mj 2                            | --energy-mj needs --profile with denseMillijoules",
                "--size-bytes 1.5                         | for option '--size-bytes': \"1.5\" is not a whole number: write"
                        + " 200000, 200k or 1.5M",
                "--size-bytes 99999999999999999999        | \"99999999999999999999\" is not a whole number",
                "--size-bytes                             | Missing required parameter for option '--size-bytes'",
                "--size-bytes 9 --threads 0               | --threads must be 1 to 64, is 0",
                "--size-bytes 9 --epochs -1               | --epochs must be 0 to 10000, is -1",
                "--size-bytes 9 --epochs many             | \"many\" is not a whole number",
                "--size-bytes 9 --max-train-samples 0     | --max-train-samples must be at least 1, is 0",
                "--size-bytes 9 --rounds 4                | --rounds 4 needs at least --epochs 4, so that each round"
                        + " trains; --epochs is 3",
                "--size-bytes 9 --rounds 2 --control      | --control compares with one cut by lot and needs --rounds 1",
                "--size-bytes 9 --threshold 0.1           | --threshold needs an --importance with units of its own",
                "--size-bytes 9 --percentile 40           | --percentile needs --importance percentile; --importance is"
                        + " auto",
                "--size-bytes 9 --percentile-scope layer --importance l1 | --percentile-scope needs --importance"
                        + " percentile; --importance is l1",
                "--size-bytes 9 --percentile 100 --importance percentile | --percentile must be above 0 and below 100,"
                        + " is 100.0: write 50",
                "--size-bytes 9 --percentile-scope block  | for option '--percentile-scope': \"block\" is none of layer,"
                        + " network",
                "--size-bytes 9 --scale 0                 | --scale must be a number other than zero, is 0.0",
                "--size-bytes 9 --scale NaN               | --scale must be a number other than zero, is NaN",
                "--size-bytes 9 --scale x                 | for option '--scale': \"x\" is not a number",
                "--size-bytes 9 --std 0                   | --std must have numbers above zero only, has [0.0]",
                "--size-bytes 9 --importance l7           | for option '--importance': \"l7\" is none of auto, random, l1, l2,",
                "--sparsity 1                             | --sparsity must be a share from 0 to below 1, is 1.0: write 0.7",
                "--size-bytes 9 --most-lost 2             | --most-lost must be a share from 0 to below 1, is 2.0: write 0.02",
                "--size-bytes 9 --most-lost some          | for option '--most-lost': \"some\" is not a number",
                "--size-bytes 9 --most-lost 0.1 --precision auto | --precision float32; --precision is auto",
                "--size-bytes 9 --most-minutes 0          | --most-minutes must be above 0 and at most 100000, is 0.0",
                "--size-bytes 9 --most-minutes 30         | --most-minutes ends a run between rounds and needs --rounds",
                "--size-bytes 9 --rounds 2 --most-minutes 30 --precision auto | it needs --precision float32;"
                        + " --precision is auto",
                "--size-bytes 9 --precision int4          | for option '--precision': \"int4\" is none of auto, float32, int8",
                "--size-bytes 9 --task regression --precision auto | --precision must be float32 with --task"
                        + " regression",
                "--size-bytes 9 --task boxes              | for option '--task': \"boxes\" is none of classification,"
                        + " regression",
                "--size-bytes 9 --sede 3                  | there is no option --sede: maybe --seed is meant",
                "--size-bytes 9 extra                     | \"extra\" is an argument too many",
                "--latency 2ms --profile nowhere.json     | there is no such file: make one on the device",
                "--latency 2ms --save-profile /nowhere/p  | --save-profile cannot be used: there is no folder /nowhere",
                "--latency 2ms --report /nowhere/r.html   | --report cannot be used: there is no folder /nowhere",
                "--latency 2ms --json /                   | --json cannot be used: / is a folder",
                "--size-bytes 9000000 --mean 1,2          | --mean has 2 numbers, but the model's input has 1 channel",
            })
    void namesTheOptionTheValueAndWhatToDo(String options, String expected) {
        List<String> arguments = new ArrayList<>();
        if (options != null) {
            arguments.addAll(List.of(options.split(" ")));
        }
        Ended ended = prune(arguments.toArray(String[]::new));
        assertThat(ended.said())
                .startsWith("espalier prune: ")
                .contains(expected)
                .doesNotContain("\tat ");
        assertThat(ended.code()).isEqualTo(PruningMain.INVALID);
    }

    @Test
    void asksForWhatIsMissing() {
        Ended ended = run("prune");
        assertThat(ended.said())
                .contains("Missing required options and parameters: '--data=PATH', 'MODEL'")
                .contains("See ./espalier prune --help");
        assertThat(ended.code()).isEqualTo(PruningMain.INVALID);
    }

    @Test
    void refusesATargetOutOfReachWithWhatCanBeReached() throws IOException {
        Files.createDirectory(folder.resolve("out"));
        Files.write(folder.resolve("out/variant.onnx"), new byte[] {1});

        assertThat(prune("--size-bytes", "9").code()).isEqualTo(PruningMain.REFUSED);
        assertThat(folder.resolve("out/result.json")).content().contains("bytes of storage, 9 were asked for");
        assertThat(folder.resolve("out/variant.onnx")).as("of an earlier run").doesNotExist();
    }

    @Test
    void refusesAReportInPlaceOfTheModel() {
        assertThat(prune("--size-bytes", "9", "--report", model.toString()).said())
                .contains("--report cannot be used: " + model + " is an input of this run");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void leavesAPageThatSaysWhyNothingWasMade() throws IOException {
        Path page = folder.resolve("out.html");
        assertThat(prune("--size-bytes", "9", "--report", page.toString()).code())
                .isEqualTo(PruningMain.REFUSED);
        assertThat(page).content().contains("Refused").contains("bytes of storage");
        Files.writeString(model, "no model");
        assertThat(prune("--size-bytes", "9", "--report", page.toString()).code())
                .isEqualTo(PruningMain.INVALID);
        assertThat(page).content().contains("The model cannot be used").contains("not an ONNX file");
    }

    @Test
    void refusesAModelThatGuesses() {
        Ended ended = prune("--size-bytes", "9000000", "--scale", "0.00392157");
        assertThat(ended.said()).contains("does no better than guessing").contains("Do model and data belong together");
        assertThat(ended.code()).isEqualTo(PruningMain.INVALID);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void refusesLabelsThatTheModelHasNoOutputFor() throws IOException {
        images("train", 60, 12);
        assertThat(prune("--size-bytes", "9000000").said())
                .contains("The data has 12 classes, but the model has 10 outputs")
                .contains("Give data with the classes that the model was trained on");
    }

    @Test
    void refusesAModelWithTwoInputsBeforeAnythingIsPlanned() throws IOException {
        Files.write(model, with(graph -> graph.addInput(value("z", -1, 2))));
        Ended ended = prune("--size-bytes", "9");
        assertThat(ended.said()).contains("The model has 2 inputs [x, z]: one is needed");
        assertThat(ended.code()).isEqualTo(PruningMain.INVALID);
    }

    @Test
    void saysAllThatIsWrongAtOnceAndLeavesNothing() {
        Path nowhere = folder.resolve("no-result");
        Ended ended = run(
                "prune",
                "nowhere.onnx",
                "--data",
                "nowhere",
                "--epochs",
                "-1",
                "--scale",
                "0",
                "--out",
                nowhere.toString());

        assertThat(ended.code()).isEqualTo(PruningMain.INVALID);
        assertThat(ended.said())
                .contains("5 things are wrong")
                .contains("There is no model file nowhere.onnx")
                .contains("There is no data set at nowhere")
                .contains("--scale must be a number other than zero, is 0.0")
                .contains("--epochs must be 0 to 10000, is -1")
                .contains("Nothing is asked for");
        assertThat(nowhere).doesNotExist();
    }

    @Test
    void namesEveryOptionOfTheRecipeThatIsWrong() {
        assertThat(prune("--size-bytes=9", "--rounds=4", "--most-lost=2", "--sparsity=-1", "--threads=0")
                        .said())
                .contains("4 things are wrong")
                .contains("--rounds 4 needs", "--most-lost must", "--sparsity must", "--threads must");
    }

    @Test
    void takesSizesInThousandsAndMillions() throws IOException {
        assertThat(prune("--size-bytes", "0.009k").code()).isEqualTo(PruningMain.REFUSED);
        assertThat(folder.resolve("out/result.json")).content().contains("bytes of storage, 9 were asked for");
        assertThat(prune("--macs", "0.00001M").code()).isEqualTo(PruningMain.REFUSED);
        assertThat(folder.resolve("out/result.json")).content().contains("multiply-accumulates, 10 were asked for");
    }

    @Test
    void leavesNoEmptyFolderWhereTheModelCannotBeRead() throws IOException {
        Path broken = Files.write(folder.resolve("broken.onnx"), new byte[] {1, 2, 3});
        Path nowhere = folder.resolve("no-result");

        Ended ended = run(
                "prune",
                broken.toString(),
                "--data",
                data.toString(),
                "--size-bytes",
                "9",
                "--out",
                nowhere.toString());

        assertThat(ended.code()).isEqualTo(PruningMain.INVALID);
        assertThat(nowhere).doesNotExist();
    }

    @Test
    void namesTheFileThatIsNotThere() {
        assertThat(run("prune", "nowhere.onnx", "--data", data.toString(), "--size-bytes", "9", "--out", out())
                        .said())
                .contains("There is no model file nowhere.onnx");
        assertThat(run("prune", model.toString(), "--data", "nowhere", "--size-bytes", "9", "--out", out())
                        .said())
                .contains("There is no data set at nowhere");
    }

    @Test
    void refusesAProfileThatIsNone() throws IOException {
        Path profile = folder.resolve("profile.json");
        Files.write(profile, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThat(prune("--latency", "2ms", "--profile", profile.toString()).said())
                .contains(profile + " cannot be used")
                .contains("is it a file made with --save-profile?");
        Files.writeString(profile, "{\"probes\":1}", StandardCharsets.UTF_8);
        assertThat(prune("--latency", "2ms", "--profile", profile.toString()).said())
                .contains("probes is unknown")
                .contains("denseP50Micros and denseP95Micros");
    }

    @Test
    void plansForEnergyByTheFigureOfTheProfile() throws IOException {
        Path profile = folder.resolve("profile.json");
        Files.writeString(profile, "{\"denseP50Micros\":200,\"denseP95Micros\":220}");
        String[] half = {"--energy-mj=2", "--profile=" + profile, "--task=regression", "--epochs=0", "--importance=l1"};
        assertThat(prune(half).said())
                .contains("The energy cannot be planned for")
                .contains(profile + " has no denseMillijoules");

        Files.writeString(profile, "{\"denseP50Micros\":200,\"denseP95Micros\":220,\"denseMillijoules\":4}");
        assertThat(prune(half).code()).isEqualTo(PruningMain.DONE);
        JsonNode variant = result().path("variant");
        assertThat(variant.path("predictedEnergyMillijoules").asDouble()).isBetween(1.0, 2.0);
        assertThat(variant.path("predictedEnergyMillijoules").asDouble())
                .as("goes with time")
                .isCloseTo(variant.path("predictedP50Micros").asDouble() / 50, within(1e-6));

        Files.delete(folder.resolve("out/result.json"));
        assertThat(prune("--energy-mj", "0.001", "--profile", profile.toString())
                        .code())
                .isEqualTo(PruningMain.REFUSED);
        assertThat(folder.resolve("out/result.json")).content().contains("mJ an inference, 0.001 were asked for");
    }

    @Test
    void stopsShortOfTheBudgetWhereTooMuchIsLost() throws IOException {
        drawPixels();
        assertThat(inRounds().code()).isEqualTo(PruningMain.DONE);
        JsonNode unbounded = result();
        double first = 1 - unbounded.at("/pruningRounds/0/scoreOnceTrained").asDouble();
        double second = 1 - unbounded.at("/pruningRounds/1/scoreOnceTrained").asDouble();
        assertThat(unbounded.has("stopped")).isFalse();
        assertThat(first).isPositive().isLessThan(second);

        assertThat(inRounds("--most-lost=" + (first + Math.min(1, second)) / 2).code())
                .isEqualTo(PruningMain.DONE);
        assertThat(result().at("/pruningRounds")).hasSize(1);
        assertThat(result().at("/stopped/round").asInt()).isEqualTo(2);
        assertThat(result().at("/stopped/of").asInt()).isEqualTo(3);
        assertThat(1 - result().at("/stopped/score").asDouble()).isCloseTo(second, within(1e-9));
        assertThat(folder.resolve("out.html"))
                .content()
                .contains("Stopped short of what was asked for")
                .contains("in round 2 of 3, more than the");
        assertThat(folder.resolve("out.json"))
                .content()
                .contains("Stopped short of what was asked for")
                .contains("\"stopped\"");

        byte[] earlier = Files.readAllBytes(folder.resolve("out/variant.onnx"));
        assertThat(inRounds("--most-lost=" + first / 2).code()).isEqualTo(PruningMain.REFUSED);
        assertThat(result().path("outcome").asText()).as("of the run before").isEqualTo("done");
        assertThat(folder.resolve("out/variant.onnx")).hasBinaryContent(earlier);
        assertThat(folder.resolve("out/unfinished")).doesNotExist();
        assertThat(folder.resolve("out.html")).content().contains("Refused: more would be lost than may be");
        assertThat(folder.resolve("out.json"))
                .content()
                .contains("\"refused\"")
                .contains("in round 1 of 3, more than the");
    }

    @Test
    void stopsShortOfTheBudgetWhereTheTimeIsOver() throws IOException {
        drawPixels();
        assertThat(inRounds("--most-minutes=0.000001").code()).isEqualTo(PruningMain.DONE);

        assertThat(result().at("/pruningRounds")).hasSize(1);
        assertThat(result().at("/stopped/round").asInt()).isEqualTo(2);
        assertThat(result().at("/stopped/seconds").asDouble()).isPositive();
        assertThat(result().at("/stopped/because").asText()).isEqualTo("time");
        assertThat(result().at("/stopped").has("mostLost")).isFalse();
        assertThat(folder.resolve("out/provenance.json")).content().contains("\"because\" : \"time\"");
        assertThat(folder.resolve("out.html"))
                .content()
                .contains(
                        "Stopped short of what was asked for",
                        "round 2 of 3 would not have ended in time",
                        "--most-minutes");
    }

    @Test
    void callsACandidateByNoCriterionWhereNothingIsCut() throws IOException {
        drawPixels();
        assertThat(untrained("--size-bytes=90M").code()).isEqualTo(PruningMain.DONE);
        assertThat(folder.resolve("out.json"))
                .content()
                .contains("Nothing had to be pruned", "\"all-channels\"")
                .doesNotContain("l1-knapsack");
    }

    @Test
    void countsTheWeightsAsLargeThatItIsToldTo() throws IOException {
        drawPixels();
        assertThat(untrained("--size-bytes=60000", "--importance=percentile", "--percentile=85")
                        .code())
                .isEqualTo(PruningMain.DONE);
        byte[] ofLayers = Files.readAllBytes(folder.resolve("out/variant.onnx"));

        assertThat(untrained(
                                "--size-bytes=60000",
                                "--importance=percentile",
                                "--percentile=85",
                                "--percentile-scope=network")
                        .code())
                .isEqualTo(PruningMain.DONE);

        assertThat(folder.resolve("out/variant.onnx"))
                .satisfies(file -> assertThat(Files.readAllBytes(file)).isNotEqualTo(ofLayers));
        assertThat(folder.resolve("out/provenance.json"))
                .content()
                .contains("\"percentile\" : 85.0", "\"percentileScope\" : \"network\"");
        assertThat(folder.resolve("out.html")).content().contains("the share of weights above 85.0 % of the network");
    }

    @Test
    void putsAnotherResultInPlaceOfAnEarlierOneOnceItIsThere() throws IOException {
        drawPixels();
        assertThat(inRounds().code()).isEqualTo(PruningMain.DONE);
        assertThat(folder.resolve("out/round-1-variant.onnx")).exists();
        byte[] first = Files.readAllBytes(folder.resolve("out/variant.onnx"));
        Files.write(data.resolve("train-images-idx3-ubyte"), new byte[] {1});

        assertThat(untrained("--size-bytes=60000").code()).isEqualTo(PruningMain.INVALID);
        assertThat(folder.resolve("out/variant.onnx")).hasBinaryContent(first);
        assertThat(result().at("/alsoMade")).hasSize(2);
        assertThat(folder.resolve("out/round-1-variant.onnx")).exists();

        drawPixels();
        assertThat(untrained("--size-bytes=50000").code()).isEqualTo(PruningMain.DONE);
        assertThat(Files.readAllBytes(folder.resolve("out/variant.onnx"))).isNotEqualTo(first);
        try (var files = Files.list(folder.resolve("out"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("variant.onnx", "golden.pb", "provenance.json", "result.json");
        }
    }

    @Test
    void leavesTheFolderOfAnotherProcessAlone() throws IOException, InterruptedException {
        Path out = Files.createDirectories(folder.resolve("out"));
        Path others =
                Files.write(Files.createDirectory(out.resolve("unfinished")).resolve("round-1.json"), new byte[] {1});
        try (FolderClaim another = FolderClaim.take(out)) {
            Process second = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            PruningMain.class.getName(),
                            "prune",
                            model.toString(),
                            "--data=" + data,
                            "--size-bytes=9",
                            "--out=" + out)
                    .start();
            String said = new String(second.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(second.waitFor()).isEqualTo(PruningMain.INVALID);
            assertThat(said)
                    .contains("--out cannot be used: another run works in the folder " + out)
                    .contains("(process " + ProcessHandle.current().pid() + ")", "or name another folder");
        }
        assertThat(others).hasBinaryContent(new byte[] {1});
        assertThat(prune("--size-bytes", "9").code()).as("after the other").isEqualTo(PruningMain.REFUSED);
        assertThat(out).isDirectoryNotContaining("glob:**.lock");
    }

    @Test
    void finishesTheMoveThatAKilledRunBegan() throws IOException {
        drawPixels();
        assertThat(inRounds().code()).isEqualTo(PruningMain.DONE);
        Path out = folder.resolve("out");
        Map<String, Sha256> whole = contents(out);
        List<String> order = List.of(
                "variant.onnx",
                "golden.pb",
                "provenance.json",
                "round-1-golden.pb",
                "round-1-provenance.json",
                "round-1-variant.onnx",
                "round-1.json",
                "round-2-golden.pb",
                "round-2-provenance.json",
                "round-2-variant.onnx",
                "round-2.json",
                "result.json");
        assertThat(whole.keySet()).containsExactlyInAnyOrderElementsOf(order);

        for (int moved : new int[] {0, 1, 6, order.size() - 1}) {
            Path unfinished = Files.createDirectory(out.resolve("unfinished"));
            for (String name : order.subList(moved, order.size())) {
                Files.move(out.resolve(name), unfinished.resolve(name));
            }
            if (moved == 0) {
                Files.write(out.resolve("round-3.json"), new byte[] {1});
            }
            assertThat(prune("--size-bytes=9").code()).isEqualTo(PruningMain.REFUSED);
            assertThat(contents(out)).as("killed after " + moved).containsExactlyInAnyOrderEntriesOf(whole);
        }
    }

    @Test
    void takesNoImportedModelOfAnotherRunIntoItsResult() throws IOException {
        Path out = Files.createDirectories(folder.resolve("out"));
        Path unfinished = Files.createDirectory(out.resolve("unfinished"));
        Files.write(out.resolve("imported.onnx"), new byte[] {1});
        Files.write(unfinished.resolve("imported.onnx"), new byte[] {2});

        assertThat(untrained("--size-bytes=60000").code()).isEqualTo(PruningMain.DONE);

        assertThat(contents(out)).containsOnlyKeys("variant.onnx", "golden.pb", "provenance.json", "result.json");
    }

    /** Digests by name. */
    private static Map<String, Sha256> contents(Path folder) throws IOException {
        Map<String, Sha256> contents = new TreeMap<>();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Sha256.of(Files.readAllBytes(file)));
            }
        }
        return contents;
    }

    /** On images that are all alike nothing is lost. */
    private void drawPixels() throws IOException {
        byte[] images = SampleFiles.idxImages(60, SIDE, SIDE);
        byte[] pixels = new byte[60 * SIDE * SIDE];
        new Random(1).nextBytes(pixels);
        System.arraycopy(pixels, 0, images, images.length - pixels.length, pixels.length);
        Files.write(data.resolve("train-images-idx3-ubyte"), images);
    }

    private Ended inRounds(String... options) {
        List<String> all = new ArrayList<>(List.of("--size-bytes=60000", "--rounds=3"));
        all.addAll(List.of(options));
        return untrained(all.toArray(String[]::new));
    }

    /** Without training, which makes every round lose more than the one before. */
    private Ended untrained(String... options) {
        List<String> all = new ArrayList<>(List.of(
                "--task=regression",
                "--epochs=0",
                "--report=" + folder.resolve("out.html"),
                "--json=" + folder.resolve("out.json")));
        all.addAll(List.of(options));
        if (all.stream().noneMatch(option -> option.startsWith("--importance"))) {
            all.add("--importance=l1");
        }
        return prune(all.toArray(String[]::new));
    }

    private JsonNode result() throws IOException {
        return new ObjectMapper().readTree(folder.resolve("out/result.json").toFile());
    }

    @Test
    void refusesAnOutputFolderThatIsAFile() {
        assertThat(run(
                                "prune",
                                model.toString(),
                                "--data",
                                data.toString(),
                                "--size-bytes",
                                "9",
                                "--out",
                                model.toString())
                        .said())
                .contains("--out cannot be used: the folder " + model + " cannot be made")
                .contains("a file is in the way", "name one where you may write");
    }

    @Test
    void refusesAnOutputFolderThatCannotBeMadeBeforeAnythingIsRead() {
        assumeThat(Path.of("/proc")).exists();
        Ended ended =
                run("prune", model.toString(), "--data", data.toString(), "--size-bytes", "9", "--out", "/proc/x");
        assertThat(ended.said())
                .contains("--out cannot be used: the folder /proc/x cannot be made")
                .contains("name one where you may write")
                .doesNotContain("Exception");
        assertThat(ended.code()).isEqualTo(PruningMain.INVALID);
    }

    @Test
    void explainsItselfCompletely() {
        String help = HelpLines.on(new CommandLine(new PruneCommand()), 0).getUsageMessage();
        assertThat(help)
                .startsWith("Usage: ./espalier prune MODEL --data PATH")
                .contains("Exit code: 0 done")
                .contains("--latency", "--size-bytes", "--memory-bytes", "--energy-mj", "--profile")
                .contains("--save-profile", "--scale")
                .contains("--mean", "--std", "--epochs", "--seed", "--importance", "--max-train-samples", "--control")
                .contains("ranked: auto, random, l1,", "geometric_median, reconstruction. Default")
                .contains(
                        "--threads",
                        "--out",
                        "--help",
                        "--percentile=P",
                        "--percentile-scope",
                        "--task",
                        "--precision",
                        "--sparsity",
                        "--most-lost");
    }

    @Test
    void helpKeepsAnOptionAndItsValueTogetherInPlainBlanks() {
        String help = HelpLines.on(new CommandLine(new PruneCommand()), 80).getUsageMessage();
        assertThat(help).contains("--task regression", "--data PATH").doesNotContain("\u00A0");
        assertThat(help.lines()).noneMatch(line -> line.endsWith("--task") || line.endsWith("--latency"));
    }

    private Ended prune(String... options) {
        List<String> arguments =
                new ArrayList<>(List.of("prune", model.toString(), "--data", data.toString(), "--out", out()));
        arguments.addAll(List.of(options));
        return run(arguments.toArray(String[]::new));
    }

    private String out() {
        return folder.resolve("out").toString();
    }

    private static Ended run(String... arguments) {
        StringWriter said = new StringWriter();
        int code = PruningMain.run(new PrintWriter(said, true), arguments);
        return new Ended(code, said.toString());
    }

    private void images(String part, int count, int classes) throws IOException {
        Files.write(data.resolve(part + "-images-idx3-ubyte"), SampleFiles.idxImages(count, SIDE, SIDE));
        int[] labels = IntStream.range(0, count).map(i -> i % classes).toArray();
        Files.write(data.resolve(part + "-labels-idx1-ubyte"), SampleFiles.idxLabels(labels));
    }
}
