package io.espalier.agent.delivery;

import com.google.protobuf.ByteString;
import io.espalier.trust.Rejection;

/** How an attempt to fetch an artifact ended. */
public sealed interface FetchResult {
    record Fetched(FetchedArtifact artifact) implements FetchResult {}

    /** A release that is believed, of an artifact whose content was not asked for. */
    record Released(ByteString release) implements FetchResult {}

    /** What came, over every path, is not what the digest names. */
    record Corrupt(String why) implements FetchResult {}

    /** What came, over every path, bears no release that this device believes. */
    record Untrusted(Rejection rejection) implements FetchResult {}

    record NoSpace(String why) implements FetchResult {}

    /** Some of it did not come; what did is kept for the next attempt. */
    record Unreachable(String why) implements FetchResult {}

    /** Nobody wants it any more. */
    record Abandoned() implements FetchResult {}
}
