package io.espalier.agent.trial;

import io.espalier.agent.inference.ModelUnusableException;
import io.espalier.agent.inference.OrtRuntime;
import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.slot.StoredModel;
import io.espalier.proto.v1.Sample;
import io.espalier.proto.v1.Samples;
import io.espalier.proto.v1.VariantDescription;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Loads a model and runs it on its golden samples: {@code MODEL GOLDEN THREADS}, and the description of the variant on standard input.
 * It judges no answer and no complaint of the runtime: that is the {@link Trial}'s. It ends at once when standard input does.
 */
final class PreflightMain {
    /** Said before the model is touched: what ends the process from here on is the model's doing. */
    static final String LOADS = "loads";

    /** Said after all of it was done. */
    static final String ANSWERED = "answered";

    private static final int FAILED = 3;
    private static final Duration ENOUGH = Duration.ofMinutes(1);
    private static final Path OOM_SCORE = Path.of("/proc/self/oom_score_adj");

    private PreflightMain() {}

    static List<String> arguments(StoredModel staged, int threads) {
        return List.of(staged.modelFile().toString(), staged.goldenFile().toString(), Integer.toString(threads));
    }

    public static void main(String[] arguments) throws IOException {
        VariantDescription variant = VariantDescription.parseDelimitedFrom(System.in);
        endWith(System.in);
        offerMemoryFirst();
        // The path to the libraries is among the options, or the platform has none to be unpacked.
        OrtRuntime runtime = OrtRuntime.start(Path.of(""), Integer.parseInt(arguments[2]), 1);
        System.out.println(LOADS);
        try {
            tryOut(runtime, Path.of(arguments[0]), Path.of(arguments[1]), variant);
            System.out.println(ANSWERED);
            Runtime.getRuntime().halt(0);
        } catch (RuntimeException | Error e) {
            System.out.println(e);
            Runtime.getRuntime().halt(FAILED);
        }
    }

    private static void tryOut(OrtRuntime runtime, Path model, Path golden, VariantDescription variant) {
        try (ServedModel candidate = ServedModel.of(runtime.load(model), variant, "")) {
            candidate.model().fillInputAtRandom(Trial.INPUT_SEED);
            candidate.model().runNanos();
            Samples samples =
                    Files.exists(golden) ? Samples.parseFrom(Files.readAllBytes(golden)) : Samples.getDefaultInstance();
            long end = System.nanoTime() + ENOUGH.toNanos();
            for (Sample sample : samples.getSamplesList()) {
                if (sample.getExpectedOutputCount() > 0 && System.nanoTime() < end) {
                    candidate.preparation().write(sample, candidate.model().input());
                    candidate.model().runNanos();
                }
            }
        } catch (ModelUnusableException | IOException e) {
            // The trial comes across the same, and says so.
        }
    }

    /** Where the system runs out of memory this process is to go, not the agent. */
    private static void offerMemoryFirst() {
        try {
            Files.writeString(OOM_SCORE, "1000");
        } catch (IOException e) {
            // Not Linux, or not allowed: then the system chooses.
        }
    }

    private static void endWith(InputStream parent) {
        Thread watcher = new Thread(
                () -> {
                    try {
                        while (parent.read() >= 0) {}
                    } catch (IOException e) {
                        // A broken pipe means the same as its end.
                    }
                    Runtime.getRuntime().halt(FAILED);
                },
                "espalier-parent");
        watcher.setDaemon(true);
        watcher.start();
    }
}
