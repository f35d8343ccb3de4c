package io.espalier.demo.story;

import io.espalier.demo.api.ControllerApi;
import io.espalier.demo.api.Job;
import io.espalier.demo.api.Model;
import io.espalier.terminal.LiveRow;
import io.espalier.terminal.Screen;
import io.espalier.terminal.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Brings data and model to the controller, or finds that an earlier run has, and waits until they are inspected. */
final class ModelUpload {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final ControllerApi api;
    private final StoryInput input;
    private final InputFiles files;
    private final Screen screen;
    private final Waiting waiting;

    ModelUpload(ControllerApi api, StoryInput input, InputFiles files, Screen screen, Waiting waiting) {
        this.api = api;
        this.input = input;
        this.files = files;
        this.screen = screen;
        this.waiting = waiting;
    }

    void ensure(StoryBook book, Path data) throws Exception {
        if (book.state().dataSetId() == null) {
            Duration took = waiting.during(input.dataName(), "uploading data", () -> {
                String id = api.uploadDataSet(input.dataName(), data);
                book.update(state -> state.withDataSet(id));
            });
            screen.done("data " + input.dataName() + ", " + Units.bytes(Files.size(data)), Units.seconds(took));
        }
        if (book.state().modelId() == null) {
            String dataSetId = String.valueOf(book.state().dataSetId());
            String id = input.trainsFromScratch()
                    ? api.trainModel(input.trainingRequest(dataSetId))
                    : api.uploadModel(files.model(input), input.uploadParameters(dataSetId));
            book.update(state -> state.withModel(id));
        }
        awaitReady(book);
    }

    private void awaitReady(StoryBook book) throws Exception {
        String modelId = book.modelId();
        List<Model> last = new ArrayList<>();
        waiting.polling(PATIENCE, () -> look(modelId, last));
        Model model = last.get(0);
        if (model.invalid()) {
            book.update(StoryState::withoutInput);
            throw new StoryFailedException("The controller refuses the model: " + model.problemText());
        }
        Double parameters = model.number("parameters");
        Double macs = model.number("macs");
        Double accuracy = model.accuracy();
        screen.done(
                "model %s: %s%s%s"
                        .formatted(
                                input.modelName(),
                                parameters == null ? "" : Units.count(parameters.longValue()) + " parameters, ",
                                macs == null ? "" : "%.2f M MACs, ".formatted(macs / 1e6),
                                accuracy == null
                                        ? "no accuracy"
                                        : Units.percent(accuracy) + " on the test split as shipped"),
                "");
    }

    private Waiting.Look look(String modelId, List<Model> last) {
        try {
            Model model = api.model(modelId);
            last.clear();
            last.add(model);
            List<LiveRow> rows = new ArrayList<>();
            for (Job job : api.jobs()) {
                if (job.running() && modelId.equals(job.modelId())) {
                    rows.add(row(job));
                }
            }
            boolean inspected = model.ready() || model.invalid();
            if (rows.isEmpty() && !inspected) {
                rows.add(LiveRow.of(input.modelName(), "being inspected", ""));
            }
            return new Waiting.Look(rows, inspected);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoryFailedException("Interrupted");
        }
    }

    private LiveRow row(Job job) {
        String message = job.message() == null ? "" : job.message();
        String left = FleetRows.left(job.secondsLeft());
        String gap = message.isEmpty() || left.isEmpty() ? "" : "  ";
        return new LiveRow(
                input.modelName(),
                job.stage() == null || job.stage().isBlank() ? job.kind() : job.stage(),
                OptionalDouble.of(job.fraction()),
                message + gap + left);
    }

    /** As shipped, on the test split; NaN where the controller has none. */
    double denseAccuracy(StoryBook book) throws InterruptedException {
        return DeviceResult.orNaN(api.model(book.modelId()).accuracy());
    }

    /** Of the unpruned model fine-tuned alike; waits for it as long as its job is not over. */
    double awaitBaseline(StoryBook book) throws InterruptedException, IOException {
        List<Double> found = new ArrayList<>();
        waiting.polling(PATIENCE, () -> lookForBaseline(book.modelId(), found));
        return found.isEmpty() ? Double.NaN : found.get(0);
    }

    private Waiting.Look lookForBaseline(String modelId, List<Double> found) {
        try {
            Double accuracy = api.model(modelId).baselineAccuracy();
            if (accuracy != null) {
                found.add(accuracy);
                return new Waiting.Look(List.of(), true);
            }
            List<Job> baselines = api.jobs().stream()
                    .filter(job -> job.kind().equals("baseline") && modelId.equals(job.modelId()))
                    .toList();
            boolean over = baselines.isEmpty() || baselines.stream().allMatch(Job::failed);
            LiveRow row = baselines.stream()
                    .map(this::row)
                    .findFirst()
                    .orElseGet(
                            () -> LiveRow.of(input.modelName(), "fine-tuning the unpruned model for comparison", ""));
            return new Waiting.Look(over ? List.of() : List.of(row), over);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoryFailedException("Interrupted");
        }
    }
}
