package io.espalier.pruning.cli;

import io.espalier.pruning.campaign.Progress;
import java.io.PrintStream;

/** Shows progress on a terminal in one line that is written over, and one line a stage where there is none. */
final class ProgressBar implements Progress {
    private static final int WIDTH = 24;

    private final PrintStream out;
    private final boolean terminal = System.console() != null;
    private String stage = "";

    ProgressBar(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void at(String newStage, long done, long total, double secondsLeft, String message) {
        if (!terminal) {
            if (!newStage.equals(stage) || total == 0) {
                out.println(newStage + ": " + message);
            }
            stage = newStage;
            return;
        }
        if (!newStage.equals(stage) && !stage.isEmpty()) {
            out.println();
        }
        stage = newStage;
        StringBuilder line = new StringBuilder("\r\u001b[K").append("%-10s ".formatted(stage));
        if (total > 0) {
            int filled = (int) (WIDTH * Math.min(done, total) / total);
            line.append("#".repeat(filled)).append(".".repeat(WIDTH - filled)).append(' ');
        }
        line.append(message);
        if (secondsLeft >= 0) {
            line.append(", %.0f s left".formatted(secondsLeft));
        }
        out.print(line);
        out.flush();
    }
}
