package io.espalier.faults;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs cases, some at a time, and says how each ended as soon as it has. */
final class CaseRunner {
    private final Place place;
    private final int atOnce;
    private final PrintStream out;
    private final long begin = System.nanoTime();

    CaseRunner(Place place, int atOnce, PrintStream out) {
        this.place = place;
        this.atOnce = atOnce;
        this.out = out;
    }

    /** In the order of the cases. */
    List<CaseResult> run(List<FaultCase> cases) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(atOnce);
        try {
            List<Future<CaseResult>> pending =
                    cases.stream().map(each -> pool.submit(() -> run(each))).toList();
            List<CaseResult> results = new ArrayList<>();
            for (Future<CaseResult> each : pending) {
                results.add(each.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IllegalStateException("A case ended neither well nor badly", e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    private CaseResult run(FaultCase each) throws InterruptedException {
        long start = System.nanoTime();
        String complaint = "";
        try {
            each.script().run(place);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | AssertionError e) {
            complaint = e.getMessage() == null ? e.toString() : e.getMessage();
        }
        CaseResult result = new CaseResult(each, Duration.ofNanos(System.nanoTime() - start), complaint);
        out.printf(
                "[%4d s] %s  %s (%.1f s)%s%n",
                (System.nanoTime() - begin) / 1_000_000_000L,
                result.passed() ? "pass" : "FAIL",
                each.name(),
                result.took().toMillis() / 1e3,
                result.passed() ? "" : "\n         " + complaint);
        return result;
    }
}
