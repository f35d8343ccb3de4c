package io.espalier.faults;

import java.time.Duration;

/**
 * How a case ended.
 *
 * @param complaint what did not hold; empty where all did
 */
record CaseResult(FaultCase of, Duration took, String complaint) {
    boolean passed() {
        return complaint.isEmpty();
    }
}
