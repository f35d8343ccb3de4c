package io.espalier.pruning.data;

/** A data set that cannot be used as given; the message names the file or value and says what to do. */
public class DatasetException extends RuntimeException {
    public DatasetException(String message) {
        super(message);
    }

    public DatasetException(String message, Throwable cause) {
        super(message, cause);
    }
}
