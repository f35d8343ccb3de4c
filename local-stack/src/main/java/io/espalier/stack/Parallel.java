package io.espalier.stack;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Starts and stops servers side by side: all of them or none. */
final class Parallel {
    private static final long START_TIMEOUT_SECONDS = 180;
    private static final long STOP_TIMEOUT_SECONDS = 20;

    private Parallel() {}

    /** Waits for every start; when some fail, stops the others and throws one exception that tells of each. */
    static Map<Service, Server> start(Map<Service, Callable<Server>> starts) {
        Map<Service, FutureTask<Server>> tasks = new EnumMap<>(Service.class);
        starts.forEach((service, start) -> tasks.put(service, run("start " + service.label(), start)));
        Map<Service, Server> started = new EnumMap<>(Service.class);
        List<StackException> failures = new ArrayList<>();
        tasks.forEach((service, task) -> {
            try {
                started.put(service, get(task, START_TIMEOUT_SECONDS));
            } catch (ExecutionException e) {
                failures.add(describe(service.label() + " did not start", e));
            }
        });
        try {
            throwAll(failures);
        } catch (StackException e) {
            close(started);
            throw e;
        }
        return started;
    }

    /** Stops every server, also when some do not stop cleanly; then throws one exception that tells of each. */
    static void close(Map<Service, Server> servers) {
        Map<Service, FutureTask<Boolean>> tasks = new EnumMap<>(Service.class);
        servers.forEach((service, server) -> tasks.put(service, run("stop " + service.label(), () -> {
            server.close();
            return true;
        })));
        List<StackException> failures = new ArrayList<>();
        tasks.forEach((service, task) -> {
            try {
                get(task, STOP_TIMEOUT_SECONDS);
            } catch (ExecutionException e) {
                failures.add(describe(service.label() + " did not stop cleanly", e));
            }
        });
        throwAll(failures);
    }

    private static void throwAll(List<StackException> failures) {
        if (failures.isEmpty()) {
            return;
        }
        StackException all = new StackException(
                failures.get(0).kind(),
                failures.stream().map(StackException::getMessage).collect(Collectors.joining("\n")),
                failures.get(0));
        failures.stream().skip(1).forEach(all::addSuppressed);
        throw all;
    }

    private static <T> FutureTask<T> run(String name, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static <T> T get(FutureTask<T> task, long timeoutSeconds) throws ExecutionException {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    throw new ExecutionException(new TimeoutException("within " + timeoutSeconds + " s"));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static StackException describe(String what, ExecutionException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof StackException known) {
            return known;
        }
        String message = cause instanceof TimeoutException ? what + " " + cause.getMessage() : what + ": " + cause;
        return new StackException(StackException.Kind.FAILED, message, cause);
    }
}
