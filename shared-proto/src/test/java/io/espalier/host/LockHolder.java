package io.espalier.host;

import java.io.IOException;
import java.nio.file.Path;

/** Takes the lock, says so, and holds it until its standard input ends. */
final class LockHolder {
    private LockHolder() {}

    public static void main(String[] args) throws IOException {
        HostLock lock = new HostLock(Path.of(args[0]));
        try (HostLock.Held held = args[1].equals("timed") ? lock.forTimedRun() : lock.forTraining()) {
            System.out.println(held == null ? "missing" : "held");
            while (System.in.read() >= 0) {
                // Only the end of input matters.
            }
        }
    }
}
