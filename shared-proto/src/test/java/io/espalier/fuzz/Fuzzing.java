package io.espalier.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Feeds a parser with inputs that Jazzer makes up, guided by which code they reach, in a JVM of its own.
 *
 * <p>A target is a class with {@code public static void fuzzerTestOneInput(byte[])} that throws where the parser breaks its
 * promise. How long, with which seed and where the corpus is kept is said by the system properties {@code fuzz.seconds}, {@code
 * fuzz.seed} and {@code fuzz.corpus}; unless told otherwise a few seconds, and the build folder.
 */
public final class Fuzzing {
    private static final int USUAL_SECONDS = 4;
    private static final int MOST_SECONDS_AN_INPUT = 5;
    private static final int MOST_INPUT_BYTES = 16 << 10;
    /** Of the JVM's start and of Jazzer's own end, on a busy machine. */
    private static final int GRACE_SECONDS = 120;

    private final Class<?> target;
    private final List<byte[]> seeds = new ArrayList<>();

    private Fuzzing(Class<?> target) {
        this.target = target;
    }

    public static Fuzzing of(Class<?> target) {
        return new Fuzzing(target);
    }

    /** Something the parser accepts, to begin from. */
    public Fuzzing from(byte[] seed) {
        seeds.add(seed);
        return this;
    }

    /** Fails with the finding, where the input that led to it lies and what Jazzer printed. */
    public void findsNothing() throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("fuzz.corpus", "target/fuzz"))
                .resolve(target.getSimpleName())
                .toAbsolutePath();
        Path corpus = Files.createDirectories(home.resolve("corpus"));
        Path findings = Files.createDirectories(home.resolve("findings"));
        for (int i = 0; i < seeds.size(); i++) {
            Files.write(corpus.resolve("seed-" + i), seeds.get(i));
        }
        int seconds = Integer.getInteger("fuzz.seconds", USUAL_SECONDS);
        Path log = home.resolve("log");
        Process jazzer = new ProcessBuilder(command(corpus, findings, seconds))
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(jazzer.waitFor(seconds + GRACE_SECONDS, TimeUnit.SECONDS))
                    .as("an end within %s s; see %s", seconds + GRACE_SECONDS, log)
                    .isTrue();
        } finally {
            jazzer.destroyForcibly();
        }
        assertThat(jazzer.exitValue())
                .as("%s: inputs that lead to it are in %s%n%s", target.getSimpleName(), findings, tail(log))
                .isZero();
        try (Stream<String> lines = Files.lines(log)) {
            assertThat(lines.anyMatch(line -> line.matches("Done [1-9][0-9]+ runs in .*")))
                    .as("more than a few inputs were tried; see %s", log)
                    .isTrue();
        }
    }

    private List<String> command(Path corpus, Path findings, int seconds) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getName(),
                "--instrumentation_includes=io.espalier.**",
                "--instrumentation_excludes=io.espalier.proto.v1.**",
                "-max_total_time=" + seconds,
                "-max_len=" + MOST_INPUT_BYTES,
                "-timeout=" + MOST_SECONDS_AN_INPUT,
                "-rss_limit_mb=2048",
                "-seed=" + Integer.getInteger("fuzz.seed", 1),
                "-artifact_prefix=" + findings + File.separator,
                corpus.toString());
    }

    /** Surefire's own jar names the class path in its manifest; this property has it whole. */
    private static String classPath() {
        String whole = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(whole.split(File.pathSeparator))
                .map(each -> Path.of(each).toAbsolutePath().toString())
                .reduce((all, each) -> all + File.pathSeparator + each)
                .orElse("");
    }

    private static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join(System.lineSeparator(), lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
