package io.espalier.pruning.data;

import java.util.List;

/**
 * A data set for classification: named classes, a part to train on and a part held out.
 *
 * @param digest lower-case hexadecimal SHA-256 that changes whenever the data does
 */
public record Dataset(String digest, List<String> classNames, Samples train, Samples test) {
    public Dataset {
        classNames = List.copyOf(classNames);
        if (train.size() == 0) {
            throw new DatasetException("The data set has no training samples: give labelled samples to train on");
        }
        if (test.size() == 0) {
            throw new DatasetException("The data set has no test samples: give labelled samples to test on");
        }
        if (classNames.size() < 2) {
            throw new DatasetException(
                    "The data set has one class only, " + classNames + ": there is nothing to tell apart");
        }
        if (!train.shape().equals(test.shape())) {
            throw new DatasetException("Training samples are " + train.shape() + " but test samples are " + test.shape()
                    + ": both must have one shape");
        }
        checkLabels("training", train, classNames.size());
        checkLabels("test", test, classNames.size());
    }

    public SampleShape shape() {
        return train.shape();
    }

    /** Throws unless a model with this input and this number of outputs can be trained on this data. */
    public void requireFits(SampleShape modelInput, int modelOutputs) {
        if (!shape().equals(modelInput)) {
            throw new DatasetException("The data holds samples of " + shape() + ", but the model takes " + modelInput
                    + " (height x width x channels): give data of the model's size");
        }
        if (classNames.size() > modelOutputs) {
            throw new DatasetException("The data has " + classNames.size() + " classes, but the model has "
                    + modelOutputs + " outputs: labels do not match the model. Give data with the classes that the"
                    + " model was trained on");
        }
    }

    /** The same data with at most this many training samples. */
    public Dataset limitTraining(int maxTrainSamples, long seed) {
        return new Dataset(digest, classNames, train.draw(maxTrainSamples, seed), test);
    }

    private static void checkLabels(String part, Samples samples, int classes) {
        for (int i = 0; i < samples.size(); i++) {
            int label = samples.label(i);
            if (label < 0 || label >= classes) {
                throw new DatasetException("Sample " + i + " of the " + part + " part has the label " + label
                        + ", outside 0 to " + (classes - 1));
            }
        }
    }
}
