package io.espalier.trust;

import java.util.Locale;

/** What a key may sign. The payload type is under the signature, so a document never passes for one of another kind. */
public enum Role {
    ROOT(64 << 10),
    RELEASE((1 << 20) + (64 << 10)),
    ASSIGNMENT(256 << 10);

    private final int mostBytes;

    Role(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    public String payloadType() {
        return "application/vnd.espalier." + label() + ".v1+protobuf";
    }

    /** Longest envelope that is looked at. */
    public int mostBytes() {
        return mostBytes;
    }

    /** Name for people and files. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
