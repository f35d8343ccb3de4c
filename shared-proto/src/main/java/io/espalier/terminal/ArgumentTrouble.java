package io.espalier.terminal;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in plain words what is wrong with a command line: the library counts places from nought and lists "solutions". */
public final class ArgumentTrouble {
    /** How the library introduces an argument without a name. */
    private static final Pattern PLACE =
            Pattern.compile("^Invalid value for positional parameter at index \\d+ \\(<?(.+?)>?\\): ");

    private ArgumentTrouble() {}

    /** One line that names the argument, without the name of the command or a full stop. */
    public static String inWords(ParameterException problem) {
        if (problem instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return unmatched(unmatched);
        }
        return PLACE.matcher(String.valueOf(problem.getMessage())).replaceFirst("$1: ");
    }

    private static String unmatched(UnmatchedArgumentException problem) {
        List<String> given = problem.getUnmatched();
        if (problem.isUnknownOption()) {
            String option = given.get(0).replaceFirst("=.*", "");
            // Values are no options, yet the library looks for names like theirs.
            List<String> near = problem.getSuggestions().stream()
                    .filter(each -> each.startsWith("-"))
                    .toList();
            return "there is no option " + option
                    + (near.isEmpty() ? "" : ": maybe " + String.join(" or ", near) + " is meant");
        }
        Set<String> commands =
                new TreeSet<>(problem.getCommandLine().getSubcommands().keySet());
        if (!commands.isEmpty()) {
            return "there is no command \"" + given.get(0) + "\": there are " + String.join(", ", commands);
        }
        return given.stream().map(each -> "\"" + each + "\"").collect(Collectors.joining(" and "))
                + (given.size() == 1 ? " is an argument too many" : " are arguments too many");
    }
}
