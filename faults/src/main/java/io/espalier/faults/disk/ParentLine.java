package io.espalier.faults.disk;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;

/** The line to the process that planned the fault: tells it over standard output, listens on standard input, ends with it. */
final class ParentLine implements Witness {
    private static final int KILLED = 137;

    private final PrintStream out = System.out;
    private final CountDownLatch released = new CountDownLatch(1);
    private final File happened;
    private boolean listening;

    /** {@code happened} is made when a fault happens. */
    ParentLine(File happened) {
        this.happened = happened;
    }

    @Override
    public synchronized void say(String word, String point) {
        if (!listening) {
            listening = true;
            Thread listener = new Thread(this::listen, "faulty-disk");
            listener.setDaemon(true);
            listener.start();
        }
        if (word.equals("FAULT")) {
            note();
        }
        out.print(word + " " + point + "\n");
        out.flush();
    }

    private void note() {
        try {
            happened.createNewFile();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot note that the fault has happened in " + happened, e);
        }
    }

    /** One line releases; the end of the input is the parent's end. */
    private void listen() {
        try {
            for (int read = System.in.read(); read >= 0; read = System.in.read()) {
                if (read == '\n') {
                    released.countDown();
                }
            }
        } catch (IOException e) {
            // A broken pipe means the same as its end.
        }
        Runtime.getRuntime().halt(1);
    }

    @Override
    public boolean isReleased() {
        return released.getCount() == 0;
    }

    /** An interrupt does not end it, as it would not end a wait for a disk. */
    @Override
    public void awaitRelease() {
        boolean interrupted = false;
        while (true) {
            try {
                released.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void end() {
        Runtime.getRuntime().halt(KILLED);
    }
}
