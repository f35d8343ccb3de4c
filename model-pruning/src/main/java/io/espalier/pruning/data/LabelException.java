package io.espalier.pruning.data;

/** Labels that are missing or name no classes; samples without labels would do for a model that is no classifier. */
public final class LabelException extends DatasetException {
    LabelException(String message) {
        super(message);
    }
}
