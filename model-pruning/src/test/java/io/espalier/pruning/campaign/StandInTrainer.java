package io.espalier.pruning.campaign;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.training.Purpose;
import io.espalier.pruning.training.Trainer;
import io.espalier.pruning.training.TrainingRequest;
import io.espalier.pruning.training.TrainingResult;
import io.espalier.pruning.training.Turns;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** "Trains" any network by a function of the request's graph; the campaign around it is the real one. */
record StandInTrainer(UnaryOperator<TrainingRequest> seen, UnaryOperator<Graph> training) implements Trainer {
    /** Gives every network back as it came. */
    static final StandInTrainer IDLE = of(graph -> graph);

    static StandInTrainer of(UnaryOperator<Graph> training) {
        return new StandInTrainer(request -> request, training);
    }

    static Variant run(Task task, Trainer trainer, Checkpoints checkpoints) {
        return run(task, trainer, checkpoints, variant -> {});
    }

    static Variant run(Task task, Trainer trainer, Checkpoints checkpoints, Consumer<Variant> onTheWay) {
        return run(task, trainer, checkpoints, Progress.SILENT, onTheWay);
    }

    static Variant run(
            Task task, Trainer trainer, Checkpoints checkpoints, Progress progress, Consumer<Variant> onTheWay) {
        return run(task, new Workshop(() -> trainer, 1, progress, Turns.ALWAYS), checkpoints, onTheWay);
    }

    static Variant run(Task task, Workshop workshop, Checkpoints checkpoints, Consumer<Variant> onTheWay) {
        return new PruningCampaign(workshop, checkpoints)
                .run(
                        task,
                        Plan.of(
                                task.base(),
                                task.target(),
                                task.device(),
                                task.recipe().precision()),
                        onTheWay);
    }

    @Override
    public Optional<String> obstacle(Graph graph, Purpose purpose) {
        return Optional.empty();
    }

    @Override
    public TrainingResult train(TrainingRequest request) {
        Graph trained = training.apply(seen.apply(request).graph());
        return new TrainingResult(trained, OnnxWriter.write(trained), 0.01, 0, 1, 1, 0);
    }

    @Override
    public List<Map<String, Tensor>> gradients(Graph graph, Samples samples, InputContract contract, int batchSize) {
        throw new IllegalStateException("Regression has no gradients to ask for");
    }
}
