package io.espalier.pruning.cli;

import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.campaign.Recipe.Criterion;
import io.espalier.pruning.quantisation.AskedPrecision;
import io.espalier.pruning.training.Purpose;
import io.espalier.pruning.training.TrainingFailedException;
import io.espalier.terminal.ArgumentTrouble;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** Makes a command line say what is wrong in a line or two. A stack trace is left to what nobody foresaw. */
final class PlainErrors {
    private PlainErrors() {}

    static CommandLine on(CommandLine line) {
        Function<String, Long> whole = text -> parsed(text, Long::valueOf, "a whole number");
        Function<String, Integer> small = text -> parsed(text, Integer::valueOf, "a whole number of that size");
        Function<String, Double> number = text -> parsed(text, Double::valueOf, "a number");
        return line.registerConverter(Long.class, whole::apply)
                .registerConverter(long.class, whole::apply)
                .registerConverter(Integer.class, small::apply)
                .registerConverter(int.class, small::apply)
                .registerConverter(Double.class, number::apply)
                .registerConverter(double.class, number::apply)
                .registerConverter(Purpose.class, text -> chosen(text, Purpose.values()))
                .registerConverter(Criterion.class, text -> chosen(text, Criterion.values()))
                .registerConverter(Recipe.Scope.class, text -> chosen(text, Recipe.Scope.values()))
                .registerConverter(AskedPrecision.class, text -> chosen(text, AskedPrecision.values()))
                .setParameterExceptionHandler((problem, arguments) -> complain(problem))
                .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, command));
    }

    private static <T> T parsed(String text, Function<String, T> parse, String expected) {
        try {
            return parse.apply(text.strip());
        } catch (NumberFormatException e) {
            throw new TypeConversionException("\"" + text + "\" is not " + expected);
        }
    }

    private static <E extends Enum<E>> E chosen(String text, E[] choices) {
        for (E each : choices) {
            if (each.name().equalsIgnoreCase(text.strip())) {
                return each;
            }
        }
        throw new TypeConversionException("\"" + text + "\" is none of " + String.join(", ", words(choices)));
    }

    /** Choices as a person writes them. */
    static List<String> words(Enum<?>[] choices) {
        return Arrays.stream(choices)
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static int complain(ParameterException problem) {
        CommandLine command = problem.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(name(command) + ": " + ArgumentTrouble.inWords(problem));
        err.println("See " + command.getCommandSpec().qualifiedName() + " --help");
        return PruningMain.INVALID;
    }

    private static int explain(Exception failure, CommandLine command) {
        PrintWriter err = command.getErr();
        if (failure instanceof InvalidInputException invalid) {
            err.println(name(command) + ": " + invalid.title() + ": " + invalid.getMessage());
            return PruningMain.INVALID;
        }
        if (failure instanceof UncheckedIOException || failure instanceof TrainingFailedException) {
            err.println(name(command) + ": " + failure.getMessage());
        } else {
            failure.printStackTrace(err);
        }
        return PruningMain.FAILED;
    }

    private static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName().replaceFirst("^\\./", "");
    }
}
