package io.espalier.stack;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.logging.ErrorManager;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;

/** Sends the warnings of all servers to one file, so that standard output stays with the person who started them. */
final class StackLog {
    private static final long ROTATE_BYTES = 4 << 20;

    /** Warns whenever a client unsubscribes right after a retained message; harmless, and one line for each chunk. */
    private static final Logger CHATTY =
            Logger.getLogger("org.apache.activemq.artemis.core.protocol.mqtt.MQTTPublishManager");

    private StackLog() {}

    /** A file that has grown large becomes {@code stack.log.1}; at most these two are kept. */
    static void appendTo(Path file) throws IOException {
        System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tF %1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
        // Kafka needs Log4j's classes, nobody its hook, which would fail when a start is interrupted.
        System.setProperty("log4j.shutdownHookEnabled", "false");
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        root.addHandler(new RotatingHandler(file));
        CHATTY.setLevel(Level.SEVERE);
    }

    /** Says in one line, and once, that the log cannot be written. */
    private static final class OneComplaint extends ErrorManager {
        private final Path file;
        private boolean complained;

        OneComplaint(Path file) {
            this.file = file;
        }

        @Override
        public synchronized void error(String message, Exception failure, int code) {
            if (!complained) {
                System.err.println("Cannot write the log " + file + " (" + failure + "): is the disk full?");
            }
            complained = true;
        }
    }

    /** Appends, so that PostgreSQL may write to the same file. */
    private static final class RotatingHandler extends StreamHandler {
        private final Path file;

        RotatingHandler(Path file) throws IOException {
            this.file = file;
            setLevel(Level.WARNING);
            setFormatter(new SimpleFormatter());
            setEncoding(StandardCharsets.UTF_8.name());
            setErrorManager(new OneComplaint(file));
            rotateWhenLarge();
            open();
        }

        @Override
        public synchronized void publish(LogRecord entry) {
            try {
                if (rotateWhenLarge()) {
                    open();
                }
            } catch (IOException e) {
                reportError("Cannot rotate " + file, e, ErrorManager.OPEN_FAILURE);
            }
            super.publish(entry);
            flush();
        }

        private boolean rotateWhenLarge() throws IOException {
            if (!Files.exists(file) || Files.size(file) < ROTATE_BYTES) {
                return false;
            }
            Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            return true;
        }

        private void open() throws IOException {
            setOutputStream(new FileOutputStream(file.toFile(), true));
        }
    }
}
