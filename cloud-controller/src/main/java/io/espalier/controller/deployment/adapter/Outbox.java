package io.espalier.controller.deployment.adapter;

import io.espalier.proto.DeviceId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.JdbiException;

/**
 * Sends each device what it is owed: once, however often it is asked for while it waits, and again after a pause as long as that
 * fails. A reason to fail is told once, until every device that fails for it has been sent to.
 */
final class Outbox {
    private static final Logger LOG = Logger.getLogger(Outbox.class);

    private final Executor sender;
    private final Executor afterAPause;
    private final Consumer<DeviceId> send;
    private final Consumer<String> complain;
    private final Set<DeviceId> queued = ConcurrentHashMap.newKeySet();
    /** Of the sender's thread only, and so is what follows. */
    private final Set<DeviceId> retrying = new HashSet<>();

    private final Map<DeviceId, String> failing = new HashMap<>();

    /**
     * @param sender one thread
     * @param afterAPause the same thread, some time later
     * @param send throws where it does not succeed
     */
    Outbox(Executor sender, Executor afterAPause, Consumer<DeviceId> send, Consumer<String> complain) {
        this.sender = sender;
        this.afterAPause = afterAPause;
        this.send = send;
        this.complain = complain;
    }

    void add(DeviceId device) {
        if (queued.add(device)) {
            try {
                sender.execute(() -> sendNow(device));
            } catch (RejectedExecutionException e) {
                LOG.debug("Not sent: shutting down");
            }
        }
    }

    private void sendNow(DeviceId device) {
        queued.remove(device);
        try {
            send.accept(device);
            failing.remove(device);
        } catch (RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                return; // Shutting down.
            }
            if (isNews(device, reason(e))) {
                complain.accept(reason(e));
            }
            if (retrying.add(device)) {
                afterAPause.execute(() -> {
                    retrying.remove(device);
                    add(device);
                });
            }
        }
    }

    private boolean isNews(DeviceId device, String why) {
        if (why.equals(failing.get(device))) {
            return false;
        }
        boolean news = !failing.containsValue(why);
        failing.put(device, why);
        return news;
    }

    /** Without what names the device or the statement: it would be another reason for each. */
    private static String reason(RuntimeException e) {
        Throwable cause = (e instanceof CompletionException || e instanceof JdbiException) && e.getCause() != null
                ? e.getCause()
                : e;
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
