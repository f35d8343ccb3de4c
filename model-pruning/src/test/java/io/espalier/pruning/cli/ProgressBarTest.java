package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.terminal.Glyphs;
import io.espalier.terminal.LiveRow;
import io.espalier.terminal.Screen;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Lines screen = new Lines();
    private final ProgressBar progress = new ProgressBar(screen, nanos::get);

    @Test
    void keepsALineOfEveryStageThatIsDone() {
        progress.begins("plan", "thinking");
        nanos.addAndGet(1_500_000_000L);
        progress.at("fine-tune", 1, 10, 18, "epoch 1 of 3");
        nanos.addAndGet(12_000_000_000L);
        progress.finish();
        assertThat(screen.kept).containsExactly("Look at what is asked 1.5 s", "Fine-tune 12 s");
        assertThat(screen.live).isEmpty();
    }

    @Test
    void callsEveryStageByWhatIsDone() {
        progress.begins("fit", "fitting the layers of l1-knapsack");
        progress.begins("integers", "calibrating");
        progress.finish();
        assertThat(screen.kept).containsExactly("Fit layers 0.0 s", "Try 8-bit integers 0.0 s");
    }

    @Test
    void showsTheTimeLeft() {
        progress.at("fine-tune", 5, 10, 130, "epoch 2 of 3");
        LiveRow row = screen.live.get(0);
        assertThat(row.name()).isEqualTo("Fine-tune");
        assertThat(row.fraction()).hasValue(0.5);
        assertThat(row.detail()).isEqualTo("epoch 2 of 3, 3 min left");
    }

    @Test
    void estimatesTheTimeLeftFromThePaceWhereNobodySaysIt() {
        progress.at("measure", 0, 40, -1, "first");
        assertThat(screen.live.get(0).detail()).isEqualTo("first");
        nanos.addAndGet(2_000_000_000L);
        progress.at("measure", 10, 40, -1, "later");
        assertThat(screen.live.get(0).detail()).isEqualTo("later, 6 s left");
    }

    @Test
    void namesTheStageThatFailed() {
        progress.begins("data", "reading");
        progress.fail();
        progress.finish();
        assertThat(screen.kept).containsExactly("failed: Read the data");
    }

    /** Remembers what stays and what is live. */
    private static final class Lines implements Screen {
        private final List<String> kept = new ArrayList<>();
        private List<LiveRow> live = List.of();

        @Override
        public void say(String line) {
            kept.add(line);
        }

        @Override
        public void done(String what, String result) {
            kept.add(what + " " + result);
        }

        @Override
        public void note(String what) {
            kept.add(what);
        }

        @Override
        public void failed(String what) {
            kept.add("failed: " + what);
        }

        @Override
        public void strong(String line) {
            kept.add(line);
        }

        @Override
        public void live(List<LiveRow> rows) {
            live = rows;
        }

        @Override
        public int width() {
            return 80;
        }

        @Override
        public Glyphs glyphs() {
            return Glyphs.UNICODE;
        }

        @Override
        public void close() {}
    }
}
