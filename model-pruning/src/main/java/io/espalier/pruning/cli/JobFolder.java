package io.espalier.pruning.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The folder a job is given in and answered in. A file appears in it whole or not at all. */
final class JobFolder {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Path folder;

    JobFolder(Path folder) {
        this.folder = folder;
    }

    Path job() {
        return folder.resolve("job.json");
    }

    /** Where decoded images are kept for the next job, unless the job names another place. */
    Path decodedImages() {
        return folder.toAbsolutePath().normalize().resolveSibling(".decoded");
    }

    /** Marks the job as answered: to be written after all other files. */
    void writeResult(JsonNode result) {
        try {
            write("result.json", JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(result));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(String name, byte[] content) {
        Path target = folder.resolve(name);
        Path unfinished = folder.resolve(name + ".part");
        try {
            try (FileChannel channel = FileChannel.open(
                    unfinished,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            move(unfinished, target);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot write " + target + ": is the folder writable and is there room on the disk?", e);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
