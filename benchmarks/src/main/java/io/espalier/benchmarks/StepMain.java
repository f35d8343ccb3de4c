package io.espalier.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** One step, in the JVM that {@link StepRunner} started for it. */
@Command(name = "step")
final class StepMain implements Callable<Integer> {
    private static final double NANOS_PER_SECOND = 1e9;

    @Parameters(index = "0")
    @SuppressWarnings("NullAway.Init")
    private String benchmark;

    @Parameters(index = "1")
    @SuppressWarnings("NullAway.Init")
    private String step;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private SettingOptions options;

    private StepMain() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new StepMain()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Setting setting = options.setting();
        Benchmark wanted = Benchmarks.named(benchmark, Benchmarks.ALL).orElseThrow();
        Results results = new Results(setting.folder().resolve(benchmark));
        Step work = wanted.stages(setting).stream()
                .flatMap(stage -> stage.steps().stream())
                .filter(each -> each.name().equals(step))
                .findFirst()
                .orElseThrow();
        long begin = System.nanoTime();
        ObjectNode result = work.work().run(new Workplace(setting, results.folderOf(step), results, System.out));
        results.keep(step, result.put(Results.TOOK_SECONDS, (System.nanoTime() - begin) / NANOS_PER_SECOND));
        return 0;
    }
}
