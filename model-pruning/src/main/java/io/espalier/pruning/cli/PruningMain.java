package io.espalier.pruning.cli;

import io.espalier.terminal.HelpLines;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Entry point of the worker and of the command line. */
@Command(
        name = "./espalier",
        description = "Prunes a trained model to what one device can run.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {JobCommand.class, PruneCommand.class, ImportCommand.class, KerasCommand.class})
public final class PruningMain {
    /** Everything asked for was done. */
    static final int DONE = 0;
    /** Something broke; standard error says what. */
    static final int FAILED = 1;
    /** The input cannot be worked with. */
    static final int INVALID = 2;
    /** The target is out of reach. */
    static final int REFUSED = 3;
    /** A variant was made, and is over the latency budget when measured. */
    static final int OVER_BUDGET = 4;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    private boolean help;

    private PruningMain() {}

    public static void main(String[] arguments) {
        ParentWatch.startIfAsked();
        System.exit(run(new PrintWriter(System.err, true), arguments));
    }

    /** Runs one command; what is wrong with it goes to {@code err}. */
    static int run(PrintWriter err, String... arguments) {
        try {
            CommandLine line = new CommandLine(new PruningMain());
            return HelpLines.on(PlainErrors.on(line)).setErr(err).execute(arguments);
        } catch (OutOfMemoryError e) {
            err.println("espalier: there is not enough memory (" + e.getMessage() + "): give more with JAVA_OPTS="
                    + raised(e) + ", or fewer or smaller samples");
            return FAILED;
        }
    }

    /** The option that raises the cap which was reached; JavaCPP names it, in the error or in what caused that. */
    static String raised(OutOfMemoryError error) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            String message = String.valueOf(each.getMessage());
            if (message.contains("> maxPhysicalBytes")) {
                return "-Dorg.bytedeco.javacpp.maxphysicalbytes=10g";
            } else if (message.contains("> maxBytes")) {
                return "-Dorg.bytedeco.javacpp.maxbytes=4g";
            }
        }
        return "-Xmx4g";
    }
}
