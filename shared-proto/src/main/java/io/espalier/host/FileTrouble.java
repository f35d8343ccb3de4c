package io.espalier.host;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Says in plain words why a file or a folder cannot be used: for some failures the file system says only the path. */
public final class FileTrouble {
    private FileTrouble() {}

    /** A few words for brackets behind the name of the file, such as "permission denied". */
    public static String inWords(IOException trouble) {
        if (trouble instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (trouble instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (trouble instanceof FileAlreadyExistsException || trouble instanceof NotDirectoryException) {
            return "a file is in the way";
        }
        if (trouble instanceof DirectoryNotEmptyException) {
            return "the folder is not empty";
        }
        String reason = trouble instanceof FileSystemException failure ? failure.getReason() : trouble.getMessage();
        return reason == null ? "the system gives no reason" : reason;
    }
}
