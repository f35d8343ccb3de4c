package io.espalier.pruning.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Files of a folder or of a zip archive under one view; safe for reading from several threads. */
interface FileTree extends Closeable {
    /** More files than this are refused. */
    int MAX_FILES = 2_000_000;

    /** How to call it in messages. */
    String name();

    /** Paths with forward slashes, sorted, without folders and hidden files, relative to the common folder of all. */
    List<String> files();

    /** Folders, likewise; those that hold nothing too. */
    List<String> folders();

    /** SHA-256 over names, sizes and what is cheaply known of the contents; a key for caches. */
    String fingerprint();

    InputStream open(String file) throws IOException;

    /** The whole of a small file; one longer than {@code limitBytes} is refused. */
    default byte[] read(String file, int limitBytes) throws IOException {
        try (InputStream in = open(file)) {
            byte[] bytes = in.readNBytes(limitBytes + 1);
            if (bytes.length > limitBytes) {
                throw new DatasetException(
                        file + " in " + name() + " is longer than " + limitBytes + " bytes once unpacked");
            }
            return bytes;
        }
    }
}
