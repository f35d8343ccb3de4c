package io.espalier.controller.live;

/**
 * Something changed. Features declare their own records of it ({@code BudgetChanged}, {@code ModelReady}), so that
 * others can observe exactly those.
 */
public interface Change {
    /** Which stream of the console shows it. */
    Stream stream();

    /** Of the device, job or model whose view is out of date. */
    String id();

    /** Names of the server-sent events. */
    enum Stream {
        DEVICE,
        JOB,
        MODEL
    }
}
