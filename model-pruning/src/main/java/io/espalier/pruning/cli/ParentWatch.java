package io.espalier.pruning.cli;

import java.io.IOException;
import java.io.InputStream;

/**
 * Ends this process with the one that started it. The parent holds our standard input open and says nothing; its end
 * means that the parent is gone. Asked for with {@code -Despalier.exit-with-parent=true}.
 */
final class ParentWatch {
    private static final String PROPERTY = "espalier.exit-with-parent";

    private ParentWatch() {}

    static void startIfAsked() {
        if (!Boolean.getBoolean(PROPERTY)) {
            return;
        }
        InputStream parent = System.in;
        Thread watch = new Thread(() -> awaitEnd(parent), "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private static void awaitEnd(InputStream parent) {
        try {
            while (parent.read() >= 0) {
                // Whatever the parent writes is of no interest, only that it lives.
            }
        } catch (IOException e) {
            // A broken pipe says the same as its end.
        }
        // Nobody is left to read a result, and native code may not come to an end by itself.
        Runtime.getRuntime().halt(PruningMain.FAILED);
    }
}
