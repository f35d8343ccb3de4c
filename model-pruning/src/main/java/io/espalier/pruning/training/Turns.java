package io.espalier.pruning.training;

/** Lets training share a host: a turn is taken before each slice of work and ends after it, on the same thread. */
@FunctionalInterface
public interface Turns {
    /** Never waits. */
    Turns ALWAYS = () -> () -> {};

    /** Waits for the next turn. */
    Turn take();

    /** One turn; closing it lets others go first. */
    @FunctionalInterface
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }
}
