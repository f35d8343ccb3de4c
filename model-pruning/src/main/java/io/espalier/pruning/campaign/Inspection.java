package io.espalier.pruning.campaign;

import io.espalier.pruning.data.Layout;
import io.espalier.pruning.evaluation.ContractSearch;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What is known of a base model before anything is planned.
 *
 * @param inputShape of one sample, in the order of the layout
 * @param classNames of the outputs; empty where the data has no labels
 * @param accuracy of the model as it came, on the test part; absent without labelled data
 * @param better an input contract under which the model does clearly better than under the given one; at most one
 * @param keptDense groups of channels that cannot be pruned, with the reason
 * @param files suites, golden and replay samples to be kept beside the model, by file name
 */
public record Inspection(
        BaseModel model,
        List<Integer> inputShape,
        Layout layout,
        List<String> classNames,
        long parameters,
        long macs,
        OptionalDouble accuracy,
        int testSamples,
        List<ContractSearch.Candidate> better,
        List<KeptDense> keptDense,
        List<String> warnings,
        Map<String, byte[]> files) {

    /** A group that stays whole. */
    public record KeptDense(String name, String reason) {}

    public Inspection {
        inputShape = List.copyOf(inputShape);
        classNames = List.copyOf(classNames);
        better = List.copyOf(better);
        keptDense = List.copyOf(keptDense);
        warnings = List.copyOf(warnings);
        files = Map.copyOf(files);
    }
}
