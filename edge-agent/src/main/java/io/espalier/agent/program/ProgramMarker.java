package io.espalier.agent.program;

import io.espalier.proto.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One line that names a slot and the artifact in it, as the launcher reads it. {@code why} is empty unless it was refused. */
public record ProgramMarker(String slot, Sha256 artifact, String why) {
    byte[] toBytes() {
        return (slot + " " + artifact.hex() + (why.isEmpty() ? "" : " " + why) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Empty where the bytes are not a marker. */
    static Optional<ProgramMarker> parse(byte[] bytes) {
        String[] words = new String(bytes, StandardCharsets.UTF_8)
                .lines()
                .findFirst()
                .orElse("")
                .split(" ", 3);
        try {
            return words.length < 2
                    ? Optional.empty()
                    : Optional.of(new ProgramMarker(words[0], new Sha256(words[1]), words.length < 3 ? "" : words[2]));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
