package io.espalier.agent.telemetry;

import io.espalier.agent.state.AtomicFile;
import io.espalier.agent.state.Steps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What the spool must remember when it is empty.
 *
 * @param acknowledged every record up to this sequence has left the device or was dropped
 * @param dropped records dropped unsent since the epoch began
 */
record SpoolCursor(long epoch, long acknowledged, long dropped) {

    void writeTo(Path file, Steps steps) throws IOException {
        String numbers = epoch + " " + acknowledged + " " + dropped;
        new AtomicFile(file, steps)
                .write((numbers + " " + check(numbers) + " end\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static String check(String numbers) {
        CRC32C crc = new CRC32C();
        crc.update(numbers.getBytes(StandardCharsets.US_ASCII));
        return Long.toHexString(crc.getValue());
    }

    /** Empty where the file is missing, damaged or unreadable. Agents up to 0.1.0 wrote no check value. */
    static Optional<SpoolCursor> readFrom(Path file) {
        Optional<byte[]> bytes;
        try {
            bytes = AtomicFile.at(file).read();
        } catch (IOException e) {
            return Optional.empty();
        }
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        String[] words =
                new String(bytes.get(), StandardCharsets.US_ASCII).trim().split(" ");
        boolean whole = words.length == 4
                || (words.length == 5 && words[3].equals(check(words[0] + " " + words[1] + " " + words[2])));
        try {
            return whole && words[words.length - 1].equals("end")
                    ? Optional.of(new SpoolCursor(
                            Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2])))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
