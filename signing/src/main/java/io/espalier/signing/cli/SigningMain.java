package io.espalier.signing.cli;

import io.espalier.signing.CustodyException;
import io.espalier.terminal.ArgumentTrouble;
import io.espalier.terminal.HelpLines;
import io.espalier.trust.Role;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.TypeConversionException;

/** Entry point of {@code ./espalier keys} and {@code ./espalier artifact}. */
@Command(
        name = "./espalier",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {KeysCommand.class, ArtifactCommand.class})
public final class SigningMain {
    /** Done, or verified. */
    static final int DONE = 0;
    /** Refused: a signature, a date or a digest says no. */
    static final int REFUSED = 1;
    /** The command or a file makes no sense. */
    static final int INVALID = 2;

    private SigningMain() {}

    public static void main(String[] arguments) {
        System.exit(run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), arguments));
    }

    /** Runs one command; answers its exit code. */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(new SigningMain())
                .registerConverter(Role.class, SigningMain::role)
                .registerConverter(Instant.class, SigningMain::time);
        HelpLines.on(line).setOut(out).setErr(err);
        line.setParameterExceptionHandler((e, given) -> {
            complain(e.getCommandLine(), ArgumentTrouble.inWords(e));
            err.println("See " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
            return INVALID;
        });
        line.setExecutionExceptionHandler((e, at, parsed) -> {
            if (e instanceof CustodyException || e instanceof InvalidInputException) {
                complain(at, String.valueOf(e.getMessage()));
                return INVALID;
            }
            throw e;
        });
        return line.execute(arguments);
    }

    private static Role role(String text) {
        return Arrays.stream(Role.values())
                .filter(each -> each.label().equalsIgnoreCase(text.strip()))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("\"" + text + "\" is none of "
                        + Arrays.stream(Role.values()).map(Role::label).collect(Collectors.joining(", "))));
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text.strip());
        } catch (DateTimeException e) {
            throw new TypeConversionException(
                    "\"" + text + "\" is not a time: write date and time in UTC, such as 2026-12-01T00:00:00Z");
        }
    }

    /** One line that begins with the command as it was typed. */
    static void complain(CommandLine at, String message) {
        at.getErr().println(at.getCommandSpec().qualifiedName().replaceFirst("^\\./", "") + ": " + message);
    }
}
