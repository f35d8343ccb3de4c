package io.espalier.pruning.data;

import java.util.List;

/**
 * A data set: a part to train on and a part held out, of named classes or without labels.
 *
 * @param digest lower-case hexadecimal SHA-256 that changes whenever the data does
 * @param classNames by label; empty for samples without labels
 */
public record Dataset(String digest, List<String> classNames, Samples train, Samples test) {
    public Dataset {
        classNames = List.copyOf(classNames);
        if (train.size() == 0) {
            throw new DatasetException("The data set has no training samples: give samples to train on");
        }
        if (test.size() == 0) {
            throw new DatasetException("The data set has no test samples: give samples to test on");
        }
        if (classNames.size() == 1) {
            throw new DatasetException(
                    "The data set has one class only, " + classNames + ": there is nothing to tell apart");
        }
        if (!train.shape().equals(test.shape())) {
            throw new DatasetException("Training samples are " + train.shape() + " but test samples are " + test.shape()
                    + ": both must have one shape");
        }
        checkLabels("training", train, classNames);
        checkLabels("test", test, classNames);
    }

    public boolean isLabelled() {
        return !classNames.isEmpty();
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

    private static void checkLabels(String part, Samples samples, List<String> classNames) {
        int classes = classNames.size();
        for (int i = 0; i < samples.size(); i++) {
            int label = samples.label(i);
            boolean legal = classes == 0 ? label == Samples.NO_LABEL : label >= 0 && label < classes;
            if (!legal) {
                throw new DatasetException("Sample " + i + " of the " + part + " part has the label " + label
                        + (classes == 0 ? ", but there are no classes" : ", outside 0 to " + (classes - 1)));
            }
        }
    }
}
