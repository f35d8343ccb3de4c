package io.espalier.pruning.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the worker and of the command line. */
@Command(
        name = "pruning",
        mixinStandardHelpOptions = true,
        description = "Prunes a trained ONNX model to what one device can run.",
        subcommands = {JobCommand.class, PruneCommand.class})
public final class PruningMain {
    /** Everything asked for was done. */
    static final int DONE = 0;
    /** Something broke; standard error says what. */
    static final int FAILED = 1;
    /** The input cannot be worked with. */
    static final int INVALID = 2;
    /** The target is out of reach. */
    static final int REFUSED = 3;

    private PruningMain() {}

    public static void main(String[] arguments) {
        ParentWatch.startIfAsked();
        int code = new CommandLine(new PruningMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    failure.printStackTrace(line.getErr());
                    return FAILED;
                })
                .execute(arguments);
        System.exit(code);
    }
}
