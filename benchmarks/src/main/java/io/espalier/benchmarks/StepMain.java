package io.espalier.benchmarks;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** One step, in the JVM that {@link StepRunner} started for it. */
@Command(name = "step")
final class StepMain implements Callable<Integer> {
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
        Benchmark wanted = Benchmarks.named(benchmark).orElseThrow();
        Results results = new Results(setting.folder().resolve(benchmark));
        Step work = wanted.stages(setting).stream()
                .flatMap(stage -> stage.steps().stream())
                .filter(each -> each.name().equals(step))
                .findFirst()
                .orElseThrow();
        results.keep(step, work.work().run(new Workplace(setting, results.folderOf(step), results, System.out)));
        return 0;
    }
}
