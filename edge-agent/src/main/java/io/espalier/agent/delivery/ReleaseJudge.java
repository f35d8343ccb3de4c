package io.espalier.agent.delivery;

import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Release;
import io.espalier.trust.Verdict;
import java.io.IOException;

/** Decides whether this device may take up an artifact now. */
@FunctionalInterface
public interface ReleaseJudge {
    /** {@code leastVersion} is the release that is meant; 0 where any is. */
    Verdict<Release> judge(byte[] envelope, Sha256 artifact, long leastVersion) throws IOException;
}
