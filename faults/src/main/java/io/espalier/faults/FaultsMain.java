package io.espalier.faults;

import io.espalier.host.Folders;
import io.espalier.stack.Service;
import io.espalier.stack.Stacks;
import io.espalier.terminal.HelpLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./espalier bench faults}: lets everything go wrong, and says what did not hold. */
@Command(
        name = "./espalier bench faults",
        description = {
            "Runs every case against the real agent, controller and servers on this machine; writes report.html and "
                    + "report.json. What holds in each: the device serves a whole model that it was given and ends up "
                    + "as desired; what is bad is refused.",
            ""
        },
        footer = {"", "Exit code: 0 all cases pass, 1 some do not, 2 bad options or not built."})
public final class FaultsMain implements Callable<Integer> {
    private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";
    private static final String OUR_LOG_LEVEL = "org.slf4j.simpleLogger.log.io.espalier";
    private static final int MISSED = 1;
    private static final int UNUSABLE = 2;
    private static final String COMPLAINT = "espalier bench faults: ";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    private boolean help;

    @Option(names = "--only", paramLabel = "REGEX", description = "Only cases whose name or group has this in it.")
    private @Nullable Pattern only;

    @Option(names = "--quick", description = "Only the few cases that every build runs.")
    private boolean quick;

    @Option(
            names = "--full",
            description = "Let outages last as long as they may, ten minutes without Kafka among them.")
    private boolean full;

    @Option(names = "--list", description = "Name the cases and run none.")
    private boolean list;

    @Option(
            names = "--at-once",
            paramLabel = "N",
            defaultValue = "2",
            description = "Cases that run at the same time (default: 2).")
    private int atOnce;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "Where the report goes (default: .espalier/bench/faults).")
    private @Nullable Path folder;

    private FaultsMain() {}

    public static void main(String[] arguments) {
        if (System.getProperty(LOG_LEVEL) == null) {
            System.setProperty(
                    LOG_LEVEL, "off"); // Servers that are hurt complain at length, and so does who is attacked.
            System.setProperty(OUR_LOG_LEVEL, "off");
        }
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return HelpLines.on(new CommandLine(new FaultsMain()))
                .setParameterExceptionHandler((problem, given) -> {
                    CommandLine line = problem.getCommandLine();
                    line.getErr().println(COMPLAINT + problem.getMessage());
                    line.getErr().println("See ./espalier bench faults --help");
                    return UNUSABLE;
                })
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    if (failure instanceof IllegalArgumentException) {
                        line.getErr().println(COMPLAINT + failure.getMessage());
                        return UNUSABLE;
                    }
                    failure.printStackTrace(line.getErr());
                    return MISSED;
                });
    }

    @Override
    public Integer call() throws Exception {
        Path project = Path.of(System.getProperty("espalier.project", "."));
        Path home = Path.of(System.getProperty("espalier.home", ".espalier"));
        Path reports = (folder != null ? folder : home.resolve("bench").resolve("faults")).toAbsolutePath();
        Path work = reports.resolve("work");
        Folders.delete(work);
        Files.createDirectories(work);
        try (Place place = Place.in(
                project.toAbsolutePath().normalize(),
                Stacks.forTests(EnumSet.of(Service.KAFKA, Service.MQTT)).endpoints(),
                work,
                full)) {
            return run(place, reports);
        }
    }

    private int run(Place place, Path reports) throws Exception {
        List<FaultCase> cases = wanted(place);
        if (cases.isEmpty()) {
            throw new IllegalArgumentException("no case " + (quick ? "among the quick ones " : "") + "has \"" + only
                    + "\" in its name or group; --list names all");
        }
        if (list) {
            cases.forEach(each -> System.out.println(each.group() + ": " + each.name()));
            return 0;
        }
        Report report = new Report(new CaseRunner(place, atOnce, System.out).run(cases));
        report.writeTo(reports);
        System.out.println();
        report.results().stream()
                .filter(each -> !each.passed())
                .forEach(each -> System.out.println("FAIL " + each.of().name() + ": " + each.complaint()));
        System.out.println("report: " + reports.resolve("report.html"));
        System.out.println(report.line());
        return report.holds() ? 0 : MISSED;
    }

    private List<FaultCase> wanted(Place place) throws Exception {
        return Cases.of(place).stream()
                .filter(each -> each.quick() || !quick)
                .filter(each -> only == null
                        || only.matcher(each.name()).find()
                        || only.matcher(each.group()).find())
                .toList();
    }
}
