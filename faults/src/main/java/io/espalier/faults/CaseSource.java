package io.espalier.faults;

import java.util.List;

/** Knows the cases of one kind. */
@FunctionalInterface
public interface CaseSource {
    /** In the order of the report. May look at the agent first, to find out where it can be hurt. */
    List<FaultCase> cases(Place place) throws Exception;
}
