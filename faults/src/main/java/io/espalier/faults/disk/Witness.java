package io.espalier.faults.disk;

/** Who is told of operations and faults, and decides how long those last that last. */
interface Witness {
    void say(String word, String point);

    boolean isReleased();

    void awaitRelease();

    /** Ends the process at once. */
    void end();
}
