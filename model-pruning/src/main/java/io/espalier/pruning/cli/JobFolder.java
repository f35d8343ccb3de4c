package io.espalier.pruning.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.host.FileTrouble;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folder a job is given in and answered in. Each file appears in it whole or not at all, but files that belong together
 * appear one after the other, so a run that is killed may leave some of them. What tells of the others is therefore taken away
 * before them and written after them: where {@code result.json} is there, all that it names is there, and of the same run.
 */
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

    /**
     * Marks the job as answered: to be written after all other files. Where the answer is not that something was made, a
     * variant of an earlier run is taken away first.
     */
    void writeResult(Outcome outcome) {
        if (!outcome.madeSomething()) {
            VariantResult.FILES.forEach(this::remove);
        }
        try {
            write(RESULT, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(outcome.result()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean hasResult() {
        return Files.exists(folder.resolve(RESULT));
    }

    /** Whether it has a variant and all that belongs to it. */
    boolean hasVariant() {
        return hasResult() && Files.exists(folder.resolve(VariantResult.MODEL));
    }

    /**
     * Puts what another folder of the same disk holds in place of the result that is here, which stays whole until then. The
     * checkpoint stays there, for the caller to take away. After a kill in between it goes on where it was: once the variant
     * is here, nothing of the earlier result is left to remove.
     */
    void takeResultFrom(JobFolder finished) {
        List<String> names = finished.namesOfResult();
        removeResult();
        if (names.contains(VariantResult.MODEL)) {
            RoundVariants.removeFrom(this);
            remove(PruneOutputs.IMPORTED);
            takeFrom(finished, VariantResult.MODEL);
        }
        names.stream().filter(name -> !name.equals(VariantResult.MODEL)).forEach(name -> takeFrom(finished, name));
        takeFrom(finished, RESULT);
    }

    private List<String> namesOfResult() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(RESULT)
                            && !name.endsWith(UNFINISHED)
                            && !name.startsWith(JobCheckpoints.NAME_START))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + folder + " (" + FileTrouble.inWords(e) + ")", e);
        }
    }

    private void takeFrom(JobFolder finished, String name) {
        try {
            move(finished.folder.resolve(name), folder.resolve(name));
        } catch (IOException e) {
            throw unwritable(name, e);
        }
    }

    /** A file that an earlier run may have left; empty where there is none. */
    Optional<byte[]> read(String name) {
        try {
            return Optional.of(Files.readAllBytes(folder.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot read " + folder.resolve(name) + " (" + FileTrouble.inWords(e) + ")", e);
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

    /**
     * Writes the files, whatever the order they are given in, in that of their names. Where one does not fit on the disk, none
     * of them appears and what was there before stays.
     */
    void write(Map<String, byte[]> contents) {
        SortedMap<String, byte[]> files = new TreeMap<>(contents);
        try {
            files.forEach(this::writeUnfinished);
            files.keySet().forEach(this::finish);
        } catch (UncheckedIOException e) {
            files.keySet().forEach(this::discard);
            throw e;
        }
    }

    private void writeUnfinished(String name, byte[] content) {
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
        } catch (IOException e) {
            throw unwritable(name, e);
        }
    }

    private void finish(String name) {
        Path unfinished = folder.resolve(name + UNFINISHED);
        try {
            move(unfinished, folder.resolve(name));
        } catch (IOException e) {
            throw unwritable(name, e);
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
                "Cannot write " + folder.resolve(name) + " (" + FileTrouble.inWords(e)
                        + "): make room or choose a folder that you may write to. There is no result without " + RESULT
                        + ".",
                e);
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
