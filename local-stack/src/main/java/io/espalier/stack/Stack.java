package io.espalier.stack;

/** Running servers; closing it stops them. */
public interface Stack extends AutoCloseable {
    /** Where they listen. The same for the life of this stack. */
    Endpoints endpoints();

    @Override
    void close();
}
