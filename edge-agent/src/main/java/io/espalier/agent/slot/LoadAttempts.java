package io.espalier.agent.slot;

import io.espalier.agent.state.AtomicFile;
import io.espalier.proto.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often models were loaded at a start and the agent did not outlive it, on disk: a model that takes the process down is known by
 * it at the next start. Each program of the agent has counts of its own, for another one may bring another runtime.
 */
final class LoadAttempts {
    private static final Logger LOG = LoggerFactory.getLogger(LoadAttempts.class);
    private static final int MOST = 2;
    private static final int WORDS = 3;

    private final AtomicFile file;

    LoadAttempts(AtomicFile file) {
        this.file = file;
    }

    /** Whether this program went down under the model so often that it does not load it again. */
    boolean wereTooMany(Sha256 artifact, String program) {
        return read().getOrDefault(key(artifact, program), 0) >= MOST;
    }

    /** Counts an attempt before the model is loaded; durable when this returns. {@code program} holds no blank. */
    void begin(Sha256 artifact, String program) throws IOException {
        Map<String, Integer> counts = read();
        counts.merge(key(artifact, program), 1, Integer::sum);
        write(counts);
    }

    /** The agent outlived it, or what was counted does not count any more; whichever program that was. */
    void end(Sha256 artifact) throws IOException {
        Map<String, Integer> counts = read();
        if (counts.keySet().removeIf(key -> key.startsWith(artifact.hex()))) {
            write(counts);
        }
    }

    private static String key(Sha256 artifact, String program) {
        return artifact.hex() + " " + program;
    }

    private void write(Map<String, Integer> counts) throws IOException {
        if (counts.isEmpty()) {
            file.delete();
            return;
        }
        file.write(counts.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue() + "\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8));
    }

    /** What cannot be read counts for nothing: a model is loaded once too often rather than once too seldom. */
    private Map<String, Integer> read() {
        Map<String, Integer> counts = new TreeMap<>();
        try {
            for (String line : new String(content(), StandardCharsets.UTF_8).split("\n")) {
                String[] words = line.split(" ");
                if (words.length == WORDS) {
                    counts.put(words[0] + " " + words[1], Integer.parseInt(words[2]));
                }
            }
        } catch (IOException | NumberFormatException e) {
            return new TreeMap<>();
        }
        return counts;
    }

    /** Looks twice: an error of the disk that passes is not to have a model loaded that takes the process down. */
    private byte[] content() throws IOException {
        try {
            return file.read().orElse(new byte[0]);
        } catch (IOException e) {
            LOG.warn("cannot read how often models were loaded: {}", e.toString());
            return file.read().orElse(new byte[0]);
        }
    }
}
