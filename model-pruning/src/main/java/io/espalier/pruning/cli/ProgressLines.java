package io.espalier.pruning.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.pruning.campaign.Progress;
import java.io.PrintStream;

/** Writes each step as one line of JSON, flushed at once, so that a parent process can follow. */
final class ProgressLines implements Progress {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final PrintStream out;

    ProgressLines(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void at(String stage, long done, long total, double secondsLeft, String message) {
        ObjectNode line = JSON.createObjectNode()
                .put("type", "progress")
                .put("stage", stage)
                .put("done", done)
                .put("total", total);
        if (secondsLeft >= 0) {
            line.put("secondsLeft", Math.round(secondsLeft));
        } else {
            line.putNull("secondsLeft");
        }
        out.println(line.put("message", message));
        out.flush();
    }
}
