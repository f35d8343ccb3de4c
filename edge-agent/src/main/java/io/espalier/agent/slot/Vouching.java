package io.espalier.agent.slot;

import io.espalier.proto.v1.Release;
import io.espalier.trust.Verdict;

/** Tells whether this device once had good reason to take a release. */
@FunctionalInterface
public interface Vouching {
    Verdict<Release> vouch(byte[] envelope);
}
