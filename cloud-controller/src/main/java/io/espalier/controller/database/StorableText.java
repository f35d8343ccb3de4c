package io.espalier.controller.database;

import java.util.regex.Pattern;

/** What can be kept of a text that came from outside. */
public final class StorableText {
    private static final int LONGEST = 2000;
    private static final int LONGEST_LINE = 500;
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]");

    private StorableText() {}

    /** PostgreSQL's text takes everything but the null character; nothing needs more than some lines. */
    public static String of(String text) {
        return beginning(text, LONGEST).replace('\0', ' ');
    }

    /** Of a log: one line, and not a long one, whatever was made part of the text. */
    public static String line(String text) {
        return CONTROL.matcher(beginning(text, LONGEST_LINE)).replaceAll("?");
    }

    /** Half of a character that takes two of Java's is none. */
    private static String beginning(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest);
    }
}
