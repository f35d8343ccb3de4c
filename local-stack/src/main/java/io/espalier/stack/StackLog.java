package io.espalier.stack;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;

/** Sends the warnings of all servers to one file, so that standard output stays with the person who started them. */
final class StackLog {
    private static final long ROTATE_BYTES = 4 << 20;

    private StackLog() {}

    /** A file that has grown large becomes {@code stack.log.1} first. */
    static void appendTo(Path file) throws IOException {
        if (Files.exists(file) && Files.size(file) > ROTATE_BYTES) {
            Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
        System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tF %1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
        LogManager.getLogManager().reset();
        Handler handler = new FlushingHandler(new FileOutputStream(file.toFile(), true));
        handler.setLevel(Level.WARNING);
        handler.setEncoding(StandardCharsets.UTF_8.name());
        Logger root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        root.addHandler(handler);
    }

    private static final class FlushingHandler extends StreamHandler {
        FlushingHandler(FileOutputStream out) {
            super(out, new SimpleFormatter());
        }

        @Override
        public synchronized void publish(LogRecord entry) {
            super.publish(entry);
            flush();
        }
    }
}
