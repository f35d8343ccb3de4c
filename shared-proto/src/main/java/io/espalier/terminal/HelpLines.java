package io.espalier.terminal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IHelpSectionRenderer;

/**
 * Breaks lines of help at blanks only. The library breaks them within {@code ./espalier} and {@code next.root}, too, so it is given
 * room for whole lines, and they are broken here. A no-break space keeps an option and its value together; it is shown as a
 * blank, so that what is copied from a terminal can be typed.
 */
public final class HelpLines {
    private static final int WIDE = 4000;

    private static final String WHOLE = "whole";
    private static final String USAGE = "Usage: ";
    private static final char NO_BREAK = '\u00A0';
    private static final int USUAL_WIDTH = 80;
    private static final int LEAST_WIDTH = 60;
    /** What stands before a description. */
    private static final Pattern NAME = Pattern.compile("^ {2,6}(?:-\\w, )?\\S+ +");
    /** What stands before a description whose name did not fit beside it. */
    private static final Pattern BLANKS = Pattern.compile("^ {7,}");

    private static final int INDENT = 2;

    private HelpLines() {}

    /** Breaks the help of a command and of its sub-commands for the terminal that the launcher found. */
    public static CommandLine on(CommandLine line) {
        return on(line, Integer.getInteger("espalier.columns", 0));
    }

    /**
     * The same for a terminal of a width.
     *
     * @param columns of the terminal; 0 where there is none, which is taken as 80
     */
    public static CommandLine on(CommandLine line, int columns) {
        int width = columns == 0 ? USUAL_WIDTH : Math.max(LEAST_WIDTH, columns);
        List<String> keys = line.getHelpSectionKeys();
        Map<String, IHelpSectionRenderer> sections = Map.copyOf(line.getHelpSectionMap());
        return line.setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(WIDE)
                .setHelpSectionKeys(List.of(WHOLE))
                .setHelpSectionMap(Map.of(
                        WHOLE,
                        help -> keys.stream()
                                .flatMap(key -> Optional.ofNullable(sections.get(key)).stream())
                                .map(section -> section.render(help))
                                .collect(Collectors.joining())
                                .lines()
                                .map(each -> broken(
                                        each, indent(each, help.commandSpec().qualifiedName()), width))
                                .collect(Collectors.joining(System.lineSeparator(), "", System.lineSeparator()))));
    }

    /** What the second line of a broken one begins with. */
    private static String indent(String line, String command) {
        if (line.startsWith(USAGE + command + " ")) {
            return " ".repeat(USAGE.length() + command.length() + 1);
        }
        Matcher blanks = BLANKS.matcher(line);
        Matcher name = NAME.matcher(line);
        boolean isIndented = blanks.find();
        return isIndented || name.find() ? " ".repeat((isIndented ? blanks.end() : name.end()) + INDENT) : "";
    }

    private static String broken(String line, String indent, int width) {
        StringBuilder lines = new StringBuilder();
        String rest = line;
        while (rest.length() > width) {
            int end = rest.lastIndexOf(' ', width);
            if (end <= indent.length()) {
                break;
            }
            lines.append(rest, 0, end).append(System.lineSeparator());
            rest = indent + rest.substring(end + 1);
        }
        return lines.append(rest).toString().replace(NO_BREAK, ' ');
    }
}
