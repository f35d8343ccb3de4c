package io.espalier.benchmarks;

import io.espalier.host.Folders;
import io.espalier.terminal.HelpLines;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./espalier bench}: measures one claim and says whether it holds. */
@Command(
        name = "./espalier bench",
        description = {
            "Measures one claim of the documentation: progress, a table, and as the last line the figure beside its bar. "
                    + "A run that was stopped goes on behind the last step that it finished, with the same build and folder of data; "
                    + "the step that was stopped begins anew. `./espalier bench list` names all benchmarks.",
            ""
        },
        footer = {"", "Exit code: 0 the bar holds, 1 it is missed, 2 bad options or no data, 3 a step failed."})
public final class BenchMain implements Callable<Integer> {
    private static final int NAME_COLUMNS = 17;
    private static final int ABOUT_COLUMNS = 63;
    private static final int HOLDS = 0;
    private static final int MISSED = 1;
    private static final int UNUSABLE = 2;
    private static final int FAILED = 3;
    private static final String COMPLAINT = "espalier bench: ";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    private boolean help;

    @Parameters(paramLabel = "NAME", description = "The benchmark, or \"list\".")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(names = "--fresh", description = "Forget the steps that a stopped run has finished.")
    private boolean fresh;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private SettingOptions options;

    private final List<Benchmark> all;
    private final PrintStream out;

    private BenchMain(List<Benchmark> all, PrintStream out) {
        this.all = all;
        this.out = out;
    }

    public static void main(String[] arguments) {
        System.exit(commandLine(Benchmarks.ALL, System.out).execute(arguments));
    }

    static CommandLine commandLine(List<Benchmark> all, PrintStream out) {
        return HelpLines.on(new CommandLine(new BenchMain(all, out)))
                .setParameterExceptionHandler((problem, given) -> {
                    CommandLine line = problem.getCommandLine();
                    line.getErr().println(COMPLAINT + problem.getMessage());
                    line.getErr().println("See ./espalier bench --help");
                    return UNUSABLE;
                })
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    if (failure instanceof Setting.MissingDataException
                            || failure instanceof IllegalArgumentException) {
                        line.getErr().println(COMPLAINT + failure.getMessage());
                        return UNUSABLE;
                    }
                    if (failure instanceof StepRunner.StepFailedException) {
                        line.getErr().println(COMPLAINT + failure.getMessage());
                        return FAILED;
                    }
                    failure.printStackTrace(line.getErr());
                    return FAILED;
                });
    }

    @Override
    public Integer call() throws Exception {
        if (name.equals("list")) {
            out.print(list());
            return HOLDS;
        }
        Optional<Benchmark> wanted = Benchmarks.named(name, all);
        if (wanted.isEmpty()) {
            System.err.println(
                    COMPLAINT + "there is no benchmark \"" + name + "\"; ./espalier bench list names them all");
            return UNUSABLE;
        }
        Setting setting = options.setting();
        wanted.get().reads().forEach(setting::data);
        Path folder = setting.folder().resolve(name);
        if (fresh) {
            Folders.delete(folder);
        }
        out.println(name + ": " + wanted.get().about());
        if (Origin.of(setting).claim(folder)) {
            out.println("What an earlier run measured was of another build or another folder of data: beginning anew.");
        }
        Results results = new Results(folder);
        new StepRunner(wanted.get(), setting, results, out).run();
        out.println();
        Verdict verdict = wanted.get().judge(results, setting, out);
        String took = results.took(wanted.get().stages(setting));
        Folders.delete(folder.resolveSibling(name + ".last"));
        Files.move(folder, folder.resolveSibling(name + ".last"));
        out.printf("took %s, with what was measured in earlier runs%n", took);
        out.println(verdict.line(name));
        return verdict.holds() ? HOLDS : MISSED;
    }

    /** What there is, a name and what is measured, in lines of 80 columns. */
    private String list() {
        TextTable table = TextTable.forColumns(
                CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF),
                new Column(NAME_COLUMNS, 2, Column.Overflow.TRUNCATE),
                new Column(ABOUT_COLUMNS, 0, Column.Overflow.WRAP));
        all.forEach(each -> table.addRowValues(each.name(), each.about()));
        // A program of its own, since its servers want other libraries than training does.
        table.addRowValues(
                "faults", "kills, disks, networks and attackers against the real agent: what a device survives");
        return table.toString();
    }
}
