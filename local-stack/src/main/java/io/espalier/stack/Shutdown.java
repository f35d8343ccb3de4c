package io.espalier.stack;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Stops the stack at the end of its process and settles the exit code. */
final class Shutdown implements Runnable {
    private static final long TIMEOUT_SECONDS = 60;

    private final CompletableFuture<Stack> stack = new CompletableFuture<>();
    private volatile int exitCode;
    private volatile boolean underWay;

    void started(Stack running) {
        stack.complete(running);
    }

    /** Nothing runs, so there is nothing to stop. */
    void failed(int code) {
        exitCode = code;
        stack.completeExceptionally(new IllegalStateException("The stack did not start"));
    }

    /** The process ends already: what fails to start now fails because of that. */
    boolean isUnderWay() {
        return underWay;
    }

    /** A server is gone for good: the process ends, so that whoever watches it can start it again. */
    void lost() {
        exitCode = StackException.Kind.FAILED.exitCode();
        new Thread(() -> System.exit(exitCode), "exit").start();
    }

    /** A stop by signal is what was asked for, so the process ends with 0 and not with the signal's number. */
    @Override
    public void run() {
        underWay = true;
        int code = exitCode;
        try {
            stack.get(TIMEOUT_SECONDS, TimeUnit.SECONDS).close();
        } catch (ExecutionException e) {
            // It did not start; said already.
        } catch (TimeoutException | InterruptedException | RuntimeException e) {
            System.err.println("The stack did not stop cleanly: " + e);
            code = StackException.Kind.FAILED.exitCode();
        }
        System.out.flush();
        Runtime.getRuntime().halt(code);
    }
}
