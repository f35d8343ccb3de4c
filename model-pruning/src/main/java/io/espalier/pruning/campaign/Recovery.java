package io.espalier.pruning.campaign;

import io.espalier.pruning.reconstruction.FittedLayer;
import java.util.List;

/** How a pruned network got back what it lost. */
public sealed interface Recovery {

    /** By training, with the numbers of the run. */
    record FineTuned(
            double learningRate, double lastLoss, double imagesPerSecond, double exportDifference, double teacherShare)
            implements Recovery {}

    /**
     * By least squares, layer by layer, because training was impossible or made it worse.
     *
     * @param reason names the operator that cannot be trained through, or the scores
     */
    record Fitted(String reason, List<FittedLayer> layers) implements Recovery {
        public Fitted {
            layers = List.copyOf(layers);
        }

        /** The same for a person. */
        public String note() {
            return "not fine-tuned: " + reason + "; the layers behind the cut were fitted by least squares";
        }
    }
}
