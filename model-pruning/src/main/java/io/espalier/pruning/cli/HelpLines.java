package io.espalier.pruning.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IHelpSectionRenderer;

/**
 * Breaks lines of help at blanks only. The library breaks them within {@code .jpg} and {@code --data}, too, so it is given room for
 * whole lines ({@link #WIDE}), and they are broken here. A no-break space keeps an option and its value together; it is shown as a
 * blank, so that what is copied from a terminal can be typed.
 */
final class HelpLines {
    /** The width that a command declares whose lines are broken here. */
    static final int WIDE = 4000;

    private static final String WHOLE = "whole";
    private static final char NO_BREAK = '\u00A0';
    private static final int USUAL_WIDTH = 80;
    private static final int LEAST_WIDTH = 60;
    /** What stands before a description. */
    private static final Pattern NAME = Pattern.compile("^ +(?:-\\w, )?\\S+ +");

    private static final int INDENT = 2;

    private HelpLines() {}

    /** @param columns of the terminal; 0 where there is none */
    static CommandLine on(CommandLine line, int columns) {
        int width = columns == 0 ? USUAL_WIDTH : Math.max(LEAST_WIDTH, columns);
        List<String> keys = line.getHelpSectionKeys();
        Map<String, IHelpSectionRenderer> sections = Map.copyOf(line.getHelpSectionMap());
        return line.setHelpSectionKeys(List.of(WHOLE))
                .setHelpSectionMap(Map.of(
                        WHOLE,
                        help -> keys.stream()
                                .flatMap(key -> Optional.ofNullable(sections.get(key)).stream())
                                .map(section -> section.render(help))
                                .collect(Collectors.joining())
                                .lines()
                                .map(each -> broken(each, width))
                                .collect(Collectors.joining(System.lineSeparator(), "", System.lineSeparator()))));
    }

    private static String broken(String line, int width) {
        Matcher name = NAME.matcher(line);
        String indent = name.find() ? " ".repeat(name.end() + INDENT) : "";
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
