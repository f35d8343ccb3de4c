package io.espalier.pruning.data;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the decoded images of a data set in one file, so that the next run need not decode them again, and of several those that
 * were decoded last. A cache: losing it is harmless.
 */
final class DecodedCache {
    private static final int MAGIC = 0x45535043;
    private static final int VERSION = 1;
    private static final String NAME_END = ".samples";
    private static final String PARTIAL_START = "decoding";
    private static final String PARTIAL_END = ".tmp";
    /** No run pauses that long between two samples that it writes: whoever wrote the file was killed. */
    private static final Duration DEAD = Duration.ofDays(1);
    /** Each takes no more disk than its samples may take memory. */
    static final int MOST_FILES = 8;

    private final DatasetOptions options;

    DecodedCache(DatasetOptions options) {
        this.options = options;
    }

    @Nullable
    Dataset find(String fingerprint) {
        Path file = file(fingerprint);
        if (file == null || !Files.isRegularFile(file)) {
            return null;
        }
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            if (in.readInt() != MAGIC || in.readInt() != VERSION) {
                return null;
            }
            String digest = in.readUTF();
            List<String> classNames = new ArrayList<>();
            for (int remaining = in.readInt(); remaining > 0; remaining--) {
                classNames.add(in.readUTF());
            }
            SampleShape shape = new SampleShape(in.readInt(), in.readInt(), in.readInt());
            return new Dataset(digest, classNames, read(in, shape), read(in, shape));
        } catch (IOException | DatasetException unreadable) {
            return null;
        }
    }

    void put(String fingerprint, Dataset dataset) {
        Path file = file(fingerprint);
        if (file == null
                || !(dataset.train() instanceof ByteSamples train)
                || !(dataset.test() instanceof ByteSamples test)) {
            return;
        }
        try {
            Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
            Files.createDirectories(folder);
            Path partial = Files.createTempFile(folder, PARTIAL_START, PARTIAL_END);
            try {
                try (DataOutputStream out =
                        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(partial), 1 << 16))) {
                    out.writeInt(MAGIC);
                    out.writeInt(VERSION);
                    out.writeUTF(dataset.digest());
                    out.writeInt(dataset.classNames().size());
                    for (String name : dataset.classNames()) {
                        out.writeUTF(name);
                    }
                    out.writeInt(dataset.shape().channels());
                    out.writeInt(dataset.shape().height());
                    out.writeInt(dataset.shape().width());
                    write(out, train);
                    write(out, test);
                }
                Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                removeOldest(folder);
                removeDead(folder);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            System.getLogger(DecodedCache.class.getName())
                    .log(System.Logger.Level.WARNING, "Decoded images are not kept in {0}: {1}", file, e.toString());
        }
    }

    private static void removeOldest(Path folder) throws IOException {
        List<Path> oldestFirst = lastWritten(folder, "*" + NAME_END).entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .toList();
        for (Path each : oldestFirst.subList(0, Math.max(0, oldestFirst.size() - MOST_FILES))) {
            Files.deleteIfExists(each);
        }
    }

    private static void removeDead(Path folder) throws IOException {
        FileTime limit = FileTime.from(Instant.now().minus(DEAD));
        for (Map.Entry<Path, FileTime> each :
                lastWritten(folder, PARTIAL_START + "*" + PARTIAL_END).entrySet()) {
            if (each.getValue().compareTo(limit) < 0) {
                Files.deleteIfExists(each.getKey());
            }
        }
    }

    private static Map<Path, FileTime> lastWritten(Path folder, String names) throws IOException {
        Map<Path, FileTime> written = new HashMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, names)) {
            for (Path each : files) {
                try {
                    written.put(each, Files.getLastModifiedTime(each));
                } catch (NoSuchFileException e) {
                    // Another run, which does the same, was faster.
                }
            }
        }
        return written;
    }

    private ByteSamples read(DataInputStream in, SampleShape shape) throws IOException {
        int count = in.readInt();
        if (count < 0) {
            throw new IOException("a count of " + count);
        }
        options.requireRoom("the cache", count, shape.values());
        byte[][] values = new byte[count][];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = in.readInt();
            values[i] = new byte[shape.values()];
            in.readFully(values[i]);
        }
        return new ByteSamples(shape, values, labels);
    }

    private static void write(DataOutputStream out, ByteSamples samples) throws IOException {
        out.writeInt(samples.size());
        for (int i = 0; i < samples.size(); i++) {
            out.writeInt(samples.label(i));
            out.write(samples.planar(i));
        }
    }

    private @Nullable Path file(String fingerprint) {
        SampleShape expected = options.expected();
        String kind = (expected == null ? "any" : Integer.toString(expected.channels()))
                + (options.labelled() ? "" : "-unlabelled");
        return options.cacheFolder() == null
                ? null
                : options.cacheFolder().resolve(fingerprint + "-" + kind + "-" + options.splitSeed() + NAME_END);
    }
}
