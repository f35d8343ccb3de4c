package io.espalier.pruning.campaign;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.ContractSearch;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.evaluation.OnnxModel;
import io.espalier.pruning.evaluation.Quality;
import io.espalier.pruning.evaluation.Reference;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.onnx.OnnxWriter;

/** Measures models on one set of samples by what they are for. */
interface Judge {
    Quality of(byte[] onnx);

    default Quality of(Graph graph) {
        return of(OnnxWriter.write(graph));
    }

    /** Scores below this do not tell models apart. */
    double leastTelling();

    /** The judge of a task on some samples. */
    static Judge of(Task task, Samples samples, int threads) {
        return switch (task.purpose()) {
            case CLASSIFICATION -> new OfClasses(samples, task.contract(), threads);
            case REGRESSION -> OfAgreement.with(task.base(), samples, task.contract(), threads);
        };
    }

    /** By labels. */
    record OfClasses(Samples samples, InputContract contract, int threads) implements Judge {
        /** Below this many times what guessing reaches accuracies say nothing, or below halfway between it and perfect. */
        private static final double TELLING = 2.5;

        @Override
        public Quality of(byte[] onnx) {
            try (OnnxClassifier classifier = OnnxClassifier.load(onnx, threads)) {
                return Evaluator.evaluate(classifier, samples, contract);
            }
        }

        @Override
        public double leastTelling() {
            double guessing = ContractSearch.largestShare(samples);
            return Math.min(TELLING * guessing, 0.5 * (1 + guessing));
        }
    }

    /** By the unpruned model's outputs. */
    record OfAgreement(Reference unpruned, int threads) implements Judge {
        static OfAgreement with(BaseModel base, Samples samples, InputContract contract, int threads) {
            try (OnnxModel model = OnnxModel.load(base.onnx(), threads)) {
                return new OfAgreement(Reference.of(model, samples, contract), threads);
            }
        }

        @Override
        public Quality of(byte[] onnx) {
            try (OnnxModel model = OnnxModel.load(onnx, threads)) {
                return unpruned.agreement(model);
            }
        }

        @Override
        public double leastTelling() {
            return 0;
        }
    }
}
