package io.espalier.controller.mqtt.adapter;

import io.espalier.controller.database.DatabasePatience;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Work to do after each connect. Connects that come while it works are worth one more run, not many. */
final class OnConnected {
    private static final Logger LOG = Logger.getLogger(OnConnected.class);

    private final String name;
    private final Runnable task;
    private final DatabasePatience patience;
    private final Semaphore triggers = new Semaphore(0);
    private volatile @Nullable Thread thread;

    OnConnected(String name, Runnable task, DatabasePatience patience) {
        this.name = name;
        this.task = task;
        this.patience = patience;
    }

    synchronized void trigger() {
        triggers.release();
        if (thread == null) {
            Thread started = new Thread(this::work, name);
            started.setDaemon(true);
            started.start();
            thread = started;
        }
    }

    void stop() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private void work() {
        try {
            while (true) {
                triggers.acquire();
                triggers.drainPermits();
                runOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void runOnce() throws InterruptedException {
        try {
            patience.run(task);
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s failed after a connect; it runs again after the next one", name);
        }
    }
}
