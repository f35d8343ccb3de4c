package io.espalier.controller.database;

/** What the database can keep of a text that came from outside. */
public final class StorableText {
    private static final int LONGEST = 2000;

    private StorableText() {}

    /** PostgreSQL's text takes everything but the null character; nothing needs more than some lines. */
    public static String of(String text) {
        String clean = text.replace('\0', ' ');
        return clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST);
    }
}
