package io.espalier.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A PostgreSQL that ends with this JVM, however that ends.
 *
 * <p>Beside it waits a small shell whose standard input only this JVM holds open. When the JVM is killed, the shell
 * reads the end of its input and asks PostgreSQL to stop. Should that fail too, the next start reaps the orphan, see
 * {@link Postmaster#reap}.
 */
record PostgresProcess(Process process, Process guard) implements AutoCloseable {
    private static final Path NOTHING = Path.of("/dev/null");

    static PostgresProcess launch(List<String> command, Path log) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectInput(NOTHING.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try {
            Process guard = new ProcessBuilder("sh", "-c", "read -r _; kill -INT " + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            // The guard must never outlive what it guards: the pid may then be anybody's.
            process.onExit().thenRun(guard::destroyForcibly);
            return new PostgresProcess(process, guard);
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    @Override
    public void close() {
        if (!process.isAlive()) {
            return;
        }
        try {
            new Postmaster(process.toHandle()).stop();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
