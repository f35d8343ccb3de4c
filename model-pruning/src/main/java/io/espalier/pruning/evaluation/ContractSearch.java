package io.espalier.pruning.evaluation;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds out which of the usual input contracts a trained model was most likely made for. */
public final class ContractSearch {
    private static final int SAMPLES = 500;
    private static final double BYTE = 1 / 255.0;

    private ContractSearch() {}

    /**
     * A contract and how well the model does with it.
     *
     * @param reason names the contract and the numbers, for a person
     */
    public record Candidate(InputContract contract, String name, double accuracy, int samples) {
        public String reason() {
            return "%s: %.1f %% of %d samples right".formatted(name, 100 * accuracy, samples);
        }
    }

    /** The usual contracts on at most 500 samples, best first. */
    public static List<Candidate> rank(OnnxClassifier model, Samples samples) {
        Samples drawn = samples.draw(SAMPLES, 7);
        List<Candidate> candidates = new ArrayList<>();
        usual(samples.shape().channels())
                .forEach(usual -> candidates.add(new Candidate(
                        usual.contract(),
                        usual.name(),
                        Evaluator.evaluate(model, drawn, usual.contract()).accuracy(),
                        drawn.size())));
        candidates.sort(Comparator.comparingDouble(Candidate::accuracy).reversed());
        return candidates;
    }

    /**
     * Whether an accuracy says no more than guessing would: below twice chance and within what 95 % of guessers reach,
     * or below one and a half times chance.
     *
     * @param largestShare share of the most frequent class among the samples, what a constant answer reaches
     */
    public static boolean isNearChance(double accuracy, double largestShare, int samples) {
        double spread = 1.645 * Math.sqrt(largestShare * (1 - largestShare) / Math.max(1, samples));
        return accuracy <= Math.min(0.5 * (1 + largestShare), Math.max(1.5 * largestShare, largestShare + spread));
    }

    /** Share of the most frequent class. */
    public static double largestShare(Samples samples) {
        int[] counts = new int[1];
        for (int i = 0; i < samples.size(); i++) {
            int label = samples.label(i);
            if (label >= counts.length) {
                counts = java.util.Arrays.copyOf(counts, label + 1);
            }
            counts[label]++;
        }
        return samples.size() == 0
                ? 0
                : (double) java.util.Arrays.stream(counts).max().orElse(0) / samples.size();
    }

    private record Usual(String name, InputContract contract) {}

    private static List<Usual> usual(int channels) {
        List<Usual> usual = new ArrayList<>();
        usual.add(new Usual("raw values", InputContract.RAW));
        usual.add(new Usual("scale 1/255", new InputContract(BYTE, List.of(), List.of())));
        usual.add(new Usual("scale to -1..1", new InputContract(BYTE, List.of(0.5), List.of(0.5))));
        if (channels == 1) {
            usual.add(new Usual(
                    "scale 1/255, MNIST mean and std", new InputContract(BYTE, List.of(0.1307), List.of(0.3081))));
        }
        if (channels == 3) {
            usual.add(new Usual(
                    "scale 1/255, ImageNet mean and std",
                    new InputContract(BYTE, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225))));
            usual.add(new Usual(
                    "scale 1/255, CIFAR mean and std",
                    new InputContract(BYTE, List.of(0.4914, 0.4822, 0.4465), List.of(0.2470, 0.2435, 0.2616))));
        }
        return usual;
    }
}
