package io.espalier.pruning.training;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Adjusts the weights of a model.
 *
 * <p>Batch normalisations are folded into the layers before them first, so results are graphs without them: the same
 * nodes as {@link io.espalier.pruning.graph.BatchNormFolding#fold}, other weights.
 */
public interface Trainer {
    /** Why this graph cannot be trained for a purpose, with the operator's name; empty where it can. */
    Optional<String> obstacle(Graph graph, Purpose purpose);

    /**
     * Trains; the same request gives the same weights.
     *
     * <p>Errors: {@link UntrainableGraphException}; {@link TrainingFailedException} where no learning rate keeps the
     * loss finite or the exported graph does not compute what was trained.
     */
    TrainingResult train(TrainingRequest request);

    /**
     * Mean gradient of the cross-entropy loss over each batch of the samples, for each trained constant of the folded graph.
     *
     * <p><b>Shape:</b> as the constant itself. <b>Cost:</b> one forward and one backward pass; memory for the trained
     * constants once for each batch.
     */
    List<Map<String, Tensor>> gradients(Graph graph, Samples samples, InputContract contract, int batchSize);
}
