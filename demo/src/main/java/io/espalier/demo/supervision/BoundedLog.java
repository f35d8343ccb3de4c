package io.espalier.demo.supervision;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A log file that never grows beyond its bound: when full, it becomes {@code name.1} and a new one begins. */
final class BoundedLog implements AutoCloseable {
    private static final int TAIL_LINES = 12;

    private final Path file;
    private final long boundBytes;
    private final Deque<String> tail = new ArrayDeque<>();
    private OutputStream out;
    private long sizeBytes;

    BoundedLog(Path file, long boundBytes) throws IOException {
        this.file = file;
        this.boundBytes = boundBytes;
        Files.createDirectories(file.toAbsolutePath().getParent());
        this.out = open();
        this.sizeBytes = Files.size(file);
    }

    synchronized void line(String line) throws IOException {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        if (sizeBytes + bytes.length > boundBytes && sizeBytes > 0) {
            out.close();
            Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            out = open();
            sizeBytes = 0;
        }
        out.write(bytes);
        out.flush();
        sizeBytes += bytes.length;
        tail.addLast(line);
        if (tail.size() > TAIL_LINES) {
            tail.removeFirst();
        }
    }

    /** The last lines written through this object, oldest first. */
    synchronized List<String> tail() {
        return List.copyOf(tail);
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }

    private OutputStream open() throws IOException {
        return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
