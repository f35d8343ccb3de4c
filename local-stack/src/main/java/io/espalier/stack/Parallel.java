package io.espalier.stack;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** Starts and stops servers side by side: all of them or none. */
final class Parallel {
    private Parallel() {}

    /** Waits for every start; when one fails, stops the others and throws a {@link StackException} for it. */
    static Map<Service, Server> start(Map<Service, Callable<Server>> starts) {
        Map<Service, FutureTask<Server>> tasks = new EnumMap<>(Service.class);
        starts.forEach((service, start) -> tasks.put(service, run("start " + service.label(), start)));
        Map<Service, Server> started = new EnumMap<>(Service.class);
        @Nullable StackException failure = null;
        for (Map.Entry<Service, FutureTask<Server>> task : tasks.entrySet()) {
            try {
                started.put(task.getKey(), get(task.getValue()));
            } catch (ExecutionException e) {
                StackException problem = describe(task.getKey(), e.getCause() == null ? e : e.getCause());
                if (failure == null) {
                    failure = problem;
                } else {
                    failure.addSuppressed(problem);
                }
            }
        }
        if (failure != null) {
            close(started);
            throw failure;
        }
        return started;
    }

    /** Stops every server, also when some do not stop cleanly; then throws the first failure. */
    static void close(Map<Service, Server> servers) {
        List<FutureTask<Boolean>> tasks = new ArrayList<>();
        servers.forEach((service, server) -> tasks.add(run("stop " + service.label(), () -> {
            server.close();
            return true;
        })));
        @Nullable StackException failure = null;
        for (FutureTask<Boolean> task : tasks) {
            try {
                get(task);
            } catch (ExecutionException e) {
                failure = new StackException(StackException.Kind.FAILED, "A server did not stop cleanly", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static <T> FutureTask<T> run(String name, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        new Thread(task, name).start();
        return task;
    }

    private static <T> T get(FutureTask<T> task) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
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

    private static StackException describe(Service service, Throwable cause) {
        return cause instanceof StackException known
                ? known
                : new StackException(StackException.Kind.FAILED, service.label() + " did not start: " + cause, cause);
    }
}
