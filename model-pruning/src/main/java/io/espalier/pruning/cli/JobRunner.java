package io.espalier.pruning.cli;

import io.espalier.pruning.campaign.BaseModel;
import io.espalier.pruning.campaign.Inspection;
import io.espalier.pruning.campaign.Inspector;
import io.espalier.pruning.campaign.Progress;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.DatasetException;
import io.espalier.pruning.data.DatasetOptions;
import io.espalier.pruning.data.Datasets;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.evaluation.ModelInput;
import io.espalier.pruning.evaluation.UnusableModelException;
import io.espalier.pruning.graph.InvalidModelException;
import java.nio.file.Path;
import java.util.Optional;

/** Joins the parts of the module to do one job. */
final class JobRunner {
    private final JobFolder folder;
    private final Progress progress;

    JobRunner(JobFolder folder, Progress progress) {
        this.folder = folder;
        this.progress = progress;
    }

    /** Errors: {@link InvalidInputException} for whatever the caller can put right. */
    Outcome run(JobSpec spec) {
        try {
            return switch (spec.kind()) {
                case INSPECT -> inspect(spec);
                default -> throw new InvalidInputException("The job cannot be done", "kind " + spec.kind());
            };
        } catch (InvalidModelException | UnusableModelException e) {
            throw new InvalidInputException("The model cannot be used", String.valueOf(e.getMessage()));
        } catch (DatasetException e) {
            throw new InvalidInputException("The data cannot be used", String.valueOf(e.getMessage()));
        }
    }

    private Outcome inspect(JobSpec spec) {
        BaseModel base = BaseModel.read(spec.model().orElseThrow());
        Optional<Dataset> data = spec.dataset().map(path -> open(spec, path, base));
        Inspection found = new Inspector(spec.threads(), progress)
                .inspect(base, data, spec.contract(), spec.recipe().seed());
        if (found.accuracy().isPresent()
                && Inspector.isNearChance(
                        found.accuracy().getAsDouble(), data.orElseThrow().test())) {
            throw new InvalidInputException(
                    "The model does no better than guessing", InspectionResult.nearChance(found));
        }
        found.files().forEach(folder::write);
        return new Outcome(PruningMain.DONE, InspectionResult.json(found));
    }

    private Dataset open(JobSpec spec, Path path, BaseModel base) {
        progress.begins("data", "reading " + path.getFileName());
        SampleShape expected = ModelInput.of(
                        base.graph().onlyInput().name(),
                        base.graph().onlyInput().shape().dims().stream()
                                .map(Integer::longValue)
                                .toList())
                .shape();
        return Datasets.open(
                path,
                DatasetOptions.defaults()
                        .expecting(expected)
                        .cachingIn(spec.cache().orElseGet(folder::decodedImages)));
    }
}
