package io.espalier.agent.trial;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process of {@link PreflightMain} says on standard output, read as it comes. Of what it says once it has begun, a bounded part is kept. */
final class PreflightOutput {
    private static final int MOST_LINES = 200;
    private static final Duration REST = Duration.ofSeconds(10);
    private static final int SIGNALLED = 128;
    private static final Pattern SIGNAL = Pattern.compile("\\bSIG(SEGV|BUS|ILL|FPE|ABRT)\\b");

    private final CountDownLatch beganOrEnded = new CountDownLatch(1);
    private final Thread reader;
    private final List<String> afterwards = new ArrayList<>();
    private boolean began;
    private boolean answered;

    private PreflightOutput(Process process) {
        reader = new Thread(() -> read(process), "espalier-preflight");
        reader.setDaemon(true);
    }

    static PreflightOutput of(Process process) {
        PreflightOutput output = new PreflightOutput(process);
        output.reader.start();
        return output;
    }

    private void read(Process process) {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                take(line);
            }
        } catch (IOException e) {
            // The process was ended from here.
        } finally {
            beganOrEnded.countDown();
        }
    }

    private synchronized void take(String line) {
        if (line.equals(PreflightMain.LOADS)) {
            began = true;
            beganOrEnded.countDown();
        } else if (line.equals(PreflightMain.ANSWERED)) {
            answered = true;
        } else if (began && afterwards.size() < MOST_LINES) {
            afterwards.add(line);
        }
    }

    /** Waits until it begins with the model, or ends; false where it does neither in time. */
    boolean awaitBeginning(Duration limit) throws InterruptedException {
        return beganOrEnded.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Once the process has ended, waits for the rest of what it said. */
    void awaitEnd() throws InterruptedException {
        reader.join(REST.toMillis());
    }

    synchronized boolean began() {
        return began;
    }

    synchronized boolean answered() {
        return answered;
    }

    /** The signal that a JVM names when it crashes, or what Java code ended it with, or what its exit code tells. */
    synchronized String cause(int code) {
        Matcher signal = SIGNAL.matcher(String.join("\n", afterwards));
        if (signal.find()) {
            return signal.group();
        }
        if (code > SIGNALLED) {
            return "signal " + (code - SIGNALLED);
        }
        return afterwards.stream().filter(line -> !line.isBlank()).findFirst().orElse("exit code " + code);
    }
}
