package io.espalier.controller.upload;

import io.espalier.host.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Removes what a controller left that was killed in the middle of an upload. */
public final class HalfDone {
    private HalfDone() {}

    /**
     * @param root holds one folder each for what was uploaded
     * @param known names of the folders that belong to something
     * @param before when this controller started: what is younger may be an upload under way
     * @return what was removed
     */
    public static List<Path> remove(Path root, Set<String> known, Instant before) {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        List<Path> leftOvers = list(root).stream()
                .flatMap(folder -> known.contains(folder.getFileName().toString())
                        ? list(folder).stream().filter(Upload::isPartial)
                        : Stream.of(folder))
                .filter(path -> isOlder(path, before))
                .toList();
        leftOvers.forEach(HalfDone::delete);
        return leftOvers;
    }

    private static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look into " + folder, e);
        }
    }

    private static boolean isOlder(Path path, Instant before) {
        try {
            return Files.getLastModifiedTime(path).toInstant().isBefore(before);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look at " + path, e);
        }
    }

    private static void delete(Path leftOver) {
        try {
            Folders.delete(leftOver);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + leftOver + ": remove it by hand", e);
        }
    }
}
