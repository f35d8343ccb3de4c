package io.espalier.agent.telemetry;

import io.espalier.agent.state.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the spool must remember when it is empty.
 *
 * @param acknowledged every record up to this sequence has left the device or was dropped
 * @param dropped records dropped unsent since the epoch began
 */
record SpoolCursor(long epoch, long acknowledged, long dropped) {

    void writeTo(Path file) throws IOException {
        AtomicFile.at(file)
                .write((epoch + " " + acknowledged + " " + dropped + " end\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Empty where the file is missing or damaged. */
    static Optional<SpoolCursor> readFrom(Path file) throws IOException {
        Optional<byte[]> bytes = AtomicFile.at(file).read();
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        String[] words =
                new String(bytes.get(), StandardCharsets.US_ASCII).trim().split(" ");
        try {
            return words.length == 4 && words[3].equals("end")
                    ? Optional.of(new SpoolCursor(
                            Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2])))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
