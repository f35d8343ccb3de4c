package io.espalier.agent.delivery;

/** How an attempt to fetch an artifact ended. */
public sealed interface FetchResult {
    record Fetched(FetchedArtifact artifact) implements FetchResult {}

    /** What came, over every path, is not what the digest names. */
    record Corrupt(String why) implements FetchResult {}

    record NoSpace(String why) implements FetchResult {}

    /** Some of it did not come; what did is kept for the next attempt. */
    record Unreachable(String why) implements FetchResult {}

    /** Nobody wants it any more. */
    record Abandoned() implements FetchResult {}
}
