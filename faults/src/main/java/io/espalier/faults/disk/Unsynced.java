package io.espalier.faults.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a power cut takes away: bytes that were written and not synced, and names that were made, moved or removed in a
 * folder that was not synced since. A real disk may keep some of it; this is the worst that POSIX allows.
 *
 * <p>Paths are those of the file system below. Contents are remembered in memory, so files have to be small.
 */
final class Unsynced {
    /** A change of names, and how it is undone. */
    private record Change(Path folder, Undo undo) {}

    /** Brings back what was. */
    @FunctionalInterface
    private interface Undo {
        void run() throws IOException;
    }

    private final Map<Path, byte[]> durable = new HashMap<>();
    private final Deque<Change> changes = new ArrayDeque<>();

    /** Before a write, or a change of length, that does not sync itself. */
    synchronized void contentChanges(Path file) throws IOException {
        if (!durable.containsKey(file)) {
            durable.put(file, Files.exists(file) ? Files.readAllBytes(file) : new byte[0]);
        }
    }

    synchronized void synced(Path file) {
        durable.remove(file);
    }

    synchronized void folderSynced(Path folder) {
        changes.removeIf(change -> change.folder().equals(folder));
    }

    /** A file or folder is about to be made. */
    synchronized void appears(Path path) {
        changes.push(new Change(folder(path), () -> removeTree(path)));
    }

    /** A file or folder is about to be removed. */
    synchronized void vanishes(Path path) throws IOException {
        byte @Nullable [] content = Files.isDirectory(path) ? null : Files.readAllBytes(path);
        durable.remove(path);
        changes.push(new Change(folder(path), () -> {
            if (content == null) {
                Files.createDirectories(path);
            } else {
                Files.write(path, content);
            }
        }));
    }

    /** A file is about to be moved over another, or to where none was. */
    synchronized void moves(Path from, Path to) throws IOException {
        byte @Nullable [] replaced = Files.exists(to) ? Files.readAllBytes(to) : null;
        byte @Nullable [] before = durable.remove(from);
        durable.remove(to);
        if (before != null) {
            durable.put(to, before);
        }
        changes.push(new Change(folder(to), () -> {
            Files.move(to, from);
            if (replaced != null) {
                Files.write(to, replaced);
            }
        }));
    }

    /** The power is gone. */
    synchronized void lose() throws IOException {
        for (Map.Entry<Path, byte[]> each : durable.entrySet()) {
            if (Files.exists(each.getKey())) {
                // Its length may have come to the disk though its bytes did not.
                int length = (int) Files.size(each.getKey());
                Files.write(each.getKey(), Arrays.copyOf(each.getValue(), Math.max(length, each.getValue().length)));
            }
        }
        for (Iterator<Change> latestFirst = changes.iterator(); latestFirst.hasNext(); ) {
            latestFirst.next().undo().run();
        }
    }

    private static void removeTree(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (var inside = Files.list(path)) {
                for (Path each : inside.toList()) {
                    removeTree(each);
                }
            }
        }
        Files.deleteIfExists(path);
    }

    private static Path folder(Path path) {
        return Objects.requireNonNull(path.getParent());
    }
}
