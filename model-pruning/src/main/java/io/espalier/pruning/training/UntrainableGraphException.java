package io.espalier.pruning.training;

/** The graph has something the trainer cannot train through; the message names the node and its operator. */
public final class UntrainableGraphException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UntrainableGraphException(String message) {
        super(message);
    }
}
