package io.espalier.signing;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Says in plain words why a file cannot be used. */
public final class FileTrouble {
    private FileTrouble() {}

    /** A clause without a subject's name, such as "it is not there". */
    public static String inWords(IOException trouble) {
        if (trouble instanceof NoSuchFileException) {
            return "it is not there";
        }
        if (trouble instanceof AccessDeniedException) {
            return "whoever runs this may not";
        }
        return trouble.getMessage() == null ? trouble.toString() : trouble.getMessage();
    }
}
