package io.espalier.agent.trial;

import io.espalier.agent.link.Causes;
import io.espalier.agent.slot.StoredModel;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Has a JVM of its own load a model and answer its golden samples, {@link PreflightMain}. What kills that one, or never answers, does
 * not get into the agent.
 *
 * <p>It takes the memory of a second process for as long as it runs. Where it cannot be found out whether a process outlives the
 * model, {@link TrialAttempts} sees to it that the agent dies of it twice at most.
 */
public final class PreflightProcess implements Preflight {
    /** Options that the launcher started this JVM with, separated by white space. */
    private static final String OPTIONS = "espalier.jvm.options";

    private static final String NATIVE_PATH = "onnxruntime.native.path";
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int RUNS = 2;
    private static final int BYTES_PER_KIB = 1 << 10;
    /** A model that never answers computes all the time; one whose disk hangs, or that is not let run, does not. */
    private static final int LEAST_COMPUTING = 10;

    /** Exit codes of a JVM that SIGHUP, SIGINT, SIGKILL or SIGTERM ended: by somebody else, or for want of memory. */
    private static final Set<Integer> ENDED_FROM_OUTSIDE = Set.of(129, 130, 137, 143);

    private final int threads;
    private final Duration limit;
    private final List<String> jvm;

    /** {@code threads} are those of the runtime that the model will have. */
    public PreflightProcess(int threads) {
        this(threads, LIMIT, jvm());
    }

    /** {@code limit} is for what comes before the model as for the model itself. */
    PreflightProcess(int threads, Duration limit, List<String> jvm) {
        this.threads = threads;
        this.limit = limit;
        this.jvm = List.copyOf(jvm);
    }

    /** This Java with the options that this process was started with; of a crash it leaves no files behind. */
    static List<String> jvm() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String options = System.getProperty(OPTIONS, "").strip();
        command.addAll(
                options.isEmpty()
                        ? List.of("-Xmx" + Runtime.getRuntime().maxMemory() / BYTES_PER_KIB + "k")
                        : List.of(options.split("\\s+")));
        command.add("-XX:-CreateCoredumpOnCrash");
        command.add("-XX:ErrorFile=" + (File.separatorChar == '/' ? "/dev/null" : "NUL"));
        String natives = System.getProperty(NATIVE_PATH);
        if (natives != null) {
            command.add("-D" + NATIVE_PATH + "=" + natives);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), PreflightMain.class.getName()));
        return command;
    }

    /** Dying once may be an accident, so a model is deadly only where no process of two outlives it. */
    @Override
    public Outcome of(StoredModel staged) throws InterruptedException {
        Outcome worst = new Unknown("was not started");
        for (int run = 0; run < RUNS; run++) {
            Outcome outcome = run(staged);
            if (outcome instanceof Outlived) {
                return outcome;
            }
            if (!(worst instanceof Deadly)) {
                worst = outcome;
            }
        }
        return worst;
    }

    private Outcome run(StoredModel staged) throws InterruptedException {
        List<String> command = new ArrayList<>(jvm);
        command.addAll(PreflightMain.arguments(staged, threads));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.DISCARD);
        // They are for this process, which has taken them already: a port to listen on, say.
        builder.environment().keySet().removeAll(Set.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"));
        try {
            return watched(builder.start(), staged);
        } catch (IOException e) {
            return new Unknown("cannot be started: " + Causes.inShort(e));
        }
    }

    private Outcome watched(Process process, StoredModel staged) throws InterruptedException {
        try {
            PreflightOutput output = PreflightOutput.of(process);
            send(staged, process.getOutputStream());
            if (!output.awaitBeginning(limit)) {
                return new Unknown("had not begun after " + limit.toSeconds() + " s");
            }
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return silent(process);
            }
            output.awaitEnd();
            return judge(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }

    private Outcome silent(Process process) {
        Duration computed = process.info().totalCpuDuration().orElse(Duration.ZERO);
        return computed.compareTo(limit.dividedBy(LEAST_COMPUTING)) >= 0
                ? new Deadly("gave no answer for " + limit.toSeconds() + " s")
                : new Unknown("hardly ran for " + limit.toSeconds() + " s");
    }

    private static Outcome judge(int code, PreflightOutput output) {
        if (output.answered()) {
            return new Outlived();
        }
        if (ENDED_FROM_OUTSIDE.contains(code)) {
            return new Unknown("was ended from outside, with exit code " + code);
        }
        return output.began()
                ? new Deadly("died (" + output.cause(code) + ")")
                : new Unknown("ended before it began, with exit code " + code);
    }

    /** Leaves its standard input open, for the end of that means that this process is gone; to destroy it closes it. */
    private static void send(StoredModel staged, OutputStream input) {
        try {
            staged.variant().writeDelimitedTo(input);
            input.flush();
        } catch (IOException e) {
            // It has ended already: its exit code says more.
        }
    }
}
