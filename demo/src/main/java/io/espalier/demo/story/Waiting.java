package io.espalier.demo.story;

import io.espalier.demo.supervision.Supervisor;
import io.espalier.terminal.LiveRow;
import io.espalier.terminal.Screen;
import io.espalier.terminal.Units;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Shows that something goes on while the story waits for it. */
final class Waiting {
    private static final long TICK_MILLIS = 250;
    /** What is over sooner is not worth a line. */
    private static final long BRIEF_MILLIS = 1000;

    private final Screen screen;
    private final Supervisor supervisor;

    Waiting(Screen screen, Supervisor supervisor) {
        this.screen = screen;
        this.supervisor = supervisor;
    }

    /** Something that blocks. */
    interface Step {
        void run() throws Exception;
    }

    /** Runs the step, with its name and its time on the screen where it takes a while, and says how long it took. */
    Duration during(String name, String status, Step step) throws Exception {
        long start = System.nanoTime();
        Thread ticker = new Thread(() -> tick(name, status, start), "ticker");
        ticker.setDaemon(true);
        ticker.start();
        try {
            step.run();
        } finally {
            ticker.interrupt();
            ticker.join();
            screen.live(List.of());
        }
        return since(start);
    }

    private void tick(String name, String status, long start) {
        try {
            Thread.sleep(BRIEF_MILLIS);
            // Without a time at first: a screen that never takes a line back shows only this.
            screen.live(List.of(LiveRow.of(name, status, "")));
            while (true) {
                Thread.sleep(TICK_MILLIS);
                screen.live(List.of(LiveRow.of(name, status, Units.seconds(since(start)))));
            }
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks again and again, showing the rows, until they say that they are the last. */
    void polling(Duration mostWithoutChange, Supplier<Look> look) throws InterruptedException {
        List<LiveRow> last = List.of();
        long changed = System.nanoTime();
        while (true) {
            supervisor.failure().ifPresent(failure -> {
                throw failure;
            });
            Look now = look.get();
            if (supervisor.isStopping()) {
                throw new InterruptedException("Everything is being stopped");
            }
            screen.live(now.rows());
            if (now.last()) {
                return;
            }
            if (!now.rows().equals(last)) {
                last = now.rows();
                changed = System.nanoTime();
            } else if (since(changed).compareTo(mostWithoutChange) > 0) {
                throw new StoryFailedException("Nothing has changed for " + Units.seconds(mostWithoutChange) + ": "
                        + last.stream()
                                .map(row -> row.name() + " " + row.status() + " " + row.detail())
                                .toList());
            }
            Thread.sleep(TICK_MILLIS);
        }
    }

    /** What there is to see, and whether that was the last look. */
    record Look(List<LiveRow> rows, boolean last) {}

    static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }
}
