package io.espalier.agent.delivery;

import java.io.IOException;
import java.nio.file.Path;

/** Tells how much may still be written. */
@FunctionalInterface
interface FreeSpace {
    long usableBytes(Path folder) throws IOException;
}
