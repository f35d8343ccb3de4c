package io.espalier.agent.trial;

import io.espalier.agent.link.Causes;
import io.espalier.agent.slot.StoredModel;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a JVM of its own load a model and answer its golden samples, {@link PreflightMain}. What kills that one, or never answers, does
 * not get into the agent.
 *
 * <p>It takes the memory of a second process for as long as it runs. Where none can be started the model is tried without it, and
 * {@link TrialAttempts} sees to it that the agent dies of it twice at most.
 */
public final class PreflightProcess implements Preflight {
    private static final Logger LOG = LoggerFactory.getLogger(PreflightProcess.class);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int MOST_OUTPUT_BYTES = 64 << 10;
    /** Exit codes beyond it are signals, where Java could not even say so. */
    private static final int SIGNALLED = 128;

    private static final int BYTES_PER_KIB = 1 << 10;
    private static final String NATIVE_PATH = "onnxruntime.native.path";
    private static final Pattern SIGNAL = Pattern.compile("SIG[A-Z]{2,}");

    private final int threads;
    private final Duration limit;
    private final List<String> jvm;

    /** {@code threads} are those of the runtime that the model will have. */
    public PreflightProcess(int threads) {
        this(threads, LIMIT, jvm());
    }

    PreflightProcess(int threads, Duration limit, List<String> jvm) {
        this.threads = threads;
        this.limit = limit;
        this.jvm = List.copyOf(jvm);
    }

    /** This Java with as much memory as this process may have; of a crash it leaves no files behind. */
    static List<String> jvm() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms8m",
                "-Xmx" + Runtime.getRuntime().maxMemory() / BYTES_PER_KIB + "k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + (File.separatorChar == '/' ? "/dev/null" : "NUL")));
        String natives = System.getProperty(NATIVE_PATH);
        if (natives != null) {
            command.add("-D" + NATIVE_PATH + "=" + natives);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), PreflightMain.class.getName()));
        return command;
    }

    /** How a process ended that tried a model, as a person reads it, and whether that may have had another reason. */
    private record Ending(String how, boolean mayBeAccident) {}

    /** Dying once may be an accident, as of a system that was out of memory. */
    @Override
    public Optional<String> complaint(StoredModel staged) throws InterruptedException {
        try {
            Optional<Ending> ending = run(staged);
            if (ending.isPresent() && ending.get().mayBeAccident()) {
                LOG.warn(
                        "a process that tried {} {}: once more",
                        staged.artifactDigest(),
                        ending.get().how());
                ending = run(staged).map(again -> new Ending(again.how() + ", as did one before it", false));
            }
            return ending.map(last -> "a process that tried it " + last.how());
        } catch (IOException e) {
            LOG.warn(
                    "{} is tried without a process of its own, which cannot be started: {}",
                    staged.artifactDigest(),
                    Causes.inShort(e));
            return Optional.empty();
        }
    }

    /** Empty where it ended well. @throws IOException where it did not come as far as the model */
    private Optional<Ending> run(StoredModel staged) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(jvm);
        command.addAll(PreflightMain.arguments(staged, threads));
        Process process =
                new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
        // Its standard input stays open: the end of it means that this process is gone.
        try (OutputStream line = process.getOutputStream();
                InputStream said = process.getInputStream()) {
            send(staged, line);
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return Optional.of(new Ending("gave no answer for " + limit.toSeconds() + " s", false));
            }
            String output = new String(said.readNBytes(MOST_OUTPUT_BYTES), StandardCharsets.UTF_8);
            int code = process.exitValue();
            if (code == 0) {
                return Optional.empty();
            }
            if (!output.startsWith(PreflightMain.LOADS)) {
                throw new IOException("it ended with exit code " + code + " before it began");
            }
            return Optional.of(new Ending("died (" + cause(output, code) + ")", true));
        } finally {
            process.destroyForcibly();
        }
    }

    private static void send(StoredModel staged, OutputStream line) {
        try {
            staged.variant().writeDelimitedTo(line);
            line.flush();
        } catch (IOException e) {
            LOG.debug("it ended before it was told what to try; its exit code says more", e);
        }
    }

    /** The signal that a JVM names when it crashes, or what Java code ended it with. */
    private static String cause(String output, int code) {
        Matcher signal = SIGNAL.matcher(output);
        if (signal.find()) {
            return signal.group();
        }
        if (code > SIGNALLED) {
            return "signal " + (code - SIGNALLED);
        }
        return output.substring(PreflightMain.LOADS.length())
                .lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("exit code " + code);
    }
}
