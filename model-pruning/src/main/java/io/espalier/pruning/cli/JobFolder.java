package io.espalier.pruning.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/** The folder a job is given in and answered in. Files that belong together appear in it whole, or none does. */
final class JobFolder {
    private static final String RESULT = "result.json";
    private static final String UNFINISHED = ".part";
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

    /** An answer that an earlier run left must not be taken for that of this one. */
    void removeResult() {
        try {
            Files.deleteIfExists(folder.resolve(RESULT));
        } catch (IOException e) {
            throw unwritable(RESULT, e);
        }
    }

    /** Throws where less than this can still be written, before hours of work go into it. */
    void requireRoom(long bytes) {
        try {
            long free = Files.getFileStore(folder).getUsableSpace();
            if (free < bytes) {
                throw new InvalidInputException(
                        "There is no room for the result",
                        folder + " has " + free + " bytes free, about " + bytes
                                + " are needed: free some space, or choose another folder");
            }
        } catch (IOException e) {
            throw unwritable(RESULT, e);
        }
    }

    /** Marks the job as answered: to be written after all other files. */
    void writeResult(JsonNode result) {
        try {
            write(RESULT, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(result));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file that an earlier run may have left; empty where there is none. */
    Optional<byte[]> read(String name) {
        try {
            return Optional.of(Files.readAllBytes(folder.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + folder.resolve(name) + " (" + reason(e) + ")", e);
        }
    }

    /** One that is not there is removed already. */
    void remove(String name) {
        try {
            Files.deleteIfExists(folder.resolve(name));
        } catch (IOException e) {
            throw unwritable(name, e);
        }
    }

    void write(String name, byte[] content) {
        write(Map.of(name, content));
    }

    /** All of the files or, where one cannot be written, none of them; what was there before stays then. */
    void write(Map<String, byte[]> contents) {
        try {
            for (Map.Entry<String, byte[]> file : contents.entrySet()) {
                try {
                    writeUnfinished(file.getKey(), file.getValue());
                } catch (IOException e) {
                    throw unwritable(file.getKey(), e);
                }
            }
            for (String name : contents.keySet()) {
                try {
                    move(folder.resolve(name + UNFINISHED), folder.resolve(name));
                } catch (IOException e) {
                    throw unwritable(name, e);
                }
            }
        } catch (UncheckedIOException e) {
            contents.keySet().forEach(this::discard);
            throw e;
        }
    }

    private void writeUnfinished(String name, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                folder.resolve(name + UNFINISHED),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private void discard(String name) {
        try {
            Files.deleteIfExists(folder.resolve(name + UNFINISHED));
        } catch (IOException e) {
            // What made the writing fail is told; the next run overwrites what is left.
        }
    }

    private UncheckedIOException unwritable(String name, IOException e) {
        return new UncheckedIOException(
                "Cannot write " + folder.resolve(name) + " (" + reason(e)
                        + "): make room or choose a folder that you may write to. Nothing of the result was kept.",
                e);
    }

    /** The file system says only the path for some failures; their type says the rest. */
    private static String reason(IOException e) {
        if (e instanceof FileSystemException failure && failure.getReason() != null) {
            return failure.getReason();
        }
        return e instanceof FileSystemException ? e.getClass().getSimpleName() : String.valueOf(e.getMessage());
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
