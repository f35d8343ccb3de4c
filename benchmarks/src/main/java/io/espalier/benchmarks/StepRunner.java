package io.espalier.benchmarks;

import io.espalier.pruning.training.WorkerJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs the steps that have no result yet, each in a JVM of its own that ends with this one. A step that is stopped leaves no
 * result: it begins anew in the next run.
 */
final class StepRunner {
    /** Where the programs are that some steps measure; the launcher knows. */
    private static final List<String> PROJECT = Optional.ofNullable(System.getProperty("espalier.project"))
            .map(folder -> List.of("-Despalier.project=" + folder))
            .orElse(List.of());

    /**
     * Of the native libraries in a step, whether it runs alone or beside others: rates are claimed of one thread, and training
     * comes to other bits with another number.
     */
    private static final int THREADS = 1;

    private final Benchmark benchmark;
    private final Setting setting;
    private final Results results;
    private final PrintStream out;
    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private final long begin = System.nanoTime();

    StepRunner(Benchmark benchmark, Setting setting, Results results, PrintStream out) {
        this.benchmark = benchmark;
        this.setting = setting;
        this.results = results;
        this.out = out;
    }

    /** Throws {@link StepFailedException} when a step fails; results of the others are kept. */
    void run() throws InterruptedException {
        Thread end = new Thread(() -> running.forEach(Process::destroy), "end-steps");
        Runtime.getRuntime().addShutdownHook(end);
        try {
            for (Stage stage : benchmark.stages(setting)) {
                run(stage);
            }
        } finally {
            Runtime.getRuntime().removeShutdownHook(end);
        }
    }

    private void run(Stage stage) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(stage.atOnce());
        try {
            List<Future<?>> pending = new ArrayList<>();
            for (Step step : stage.steps()) {
                if (results.has(step.name())) {
                    say(step, "done before");
                } else {
                    pending.add(pool.submit(() -> {
                        run(step);
                        return null;
                    }));
                }
            }
            for (Future<?> each : pending) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof StepFailedException failure
                    ? failure
                    : new StepFailedException(String.valueOf(e.getCause()), e);
        } finally {
            pool.shutdownNow();
            running.forEach(Process::destroy);
        }
    }

    private void run(Step step) throws IOException, InterruptedException {
        Files.createDirectories(results.folderOf(step.name()));
        Process process = process(step).start();
        running.add(process);
        Path log = results.logOf(step.name());
        try (BufferedReader lines =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                PrintStream kept = new PrintStream(Files.newOutputStream(log), true, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                kept.println(line);
                say(step, line);
            }
        }
        int code = process.waitFor();
        running.remove(process);
        if (code != 0 || !results.has(step.name())) {
            throw new StepFailedException("Step " + step.name() + " ended with code " + code + "; its log is " + log);
        }
    }

    /** What is started for a step. */
    ProcessBuilder process(Step step) {
        ProcessBuilder builder = new ProcessBuilder(command(step)).redirectErrorStream(true);
        builder.environment().putAll(WorkerJvm.environment(THREADS));
        return builder;
    }

    private List<String> command(Step step) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(WorkerJvm.FLAGS);
        command.addAll(PROJECT);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(StepMain.class.getName());
        command.add(benchmark.name());
        command.add(step.name());
        command.add("--seeds=" + setting.seeds());
        command.add("--folder=" + setting.folder());
        setting.data().ifPresent(data -> command.add("--data=" + data));
        return command;
    }

    private void say(Step step, String line) {
        out.printf("[%4d s] %s: %s%n", (System.nanoTime() - begin) / 1_000_000_000L, step.name(), line);
    }

    /** A step did not come to its end. */
    static final class StepFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StepFailedException(String message) {
            super(message);
        }

        StepFailedException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
