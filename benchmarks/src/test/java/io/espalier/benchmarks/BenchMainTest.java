package io.espalier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person at {@code ./espalier bench} reads, and the exit code a script sees. */
class BenchMainTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    @Test
    void printsProgressThenATableThenTheFigureBesideItsBar() throws Exception {
        assertThat(bench(new Length(4))).isEqualTo(0);

        List<String> lines = lines();
        assertThat(lines.get(0)).isEqualTo("length: how long a line is");
        assertThat(lines.get(1)).endsWith("measured: done before");
        assertThat(lines.subList(2, 5)).containsExactly("", "line  metres", "a          5");
        assertThat(lines.get(lines.size() - 2)).startsWith("took 3 s");
        assertThat(lines.get(lines.size() - 1)).isEqualTo("length: 5 m, bar >= 4 m: holds");
    }

    @Test
    void endsWithOneWhereTheBarIsMissed() throws Exception {
        assertThat(bench(new Length(6))).isEqualTo(1);

        List<String> lines = lines();
        assertThat(lines.get(lines.size() - 1)).isEqualTo("length: 5 m, bar >= 6 m: MISSED");
    }

    @Test
    void namesThemAll() {
        assertThat(BenchMain.commandLine(Benchmarks.ALL, out()).execute("list")).isEqualTo(0);

        assertThat(lines()).allMatch(line -> line.length() <= 80).anyMatch(line -> line.startsWith("  faults "));
        for (Benchmark each : Benchmarks.ALL) {
            assertThat(lines()).as(each.name()).anyMatch(line -> line.startsWith("  " + each.name() + " "));
        }
    }

    @Test
    void helpFitsATerminalOf80Columns() {
        assertThat(BenchMain.commandLine(Benchmarks.ALL, out()).getUsageMessage())
                .contains("[--data=DIR]", "[--seeds=N]")
                .doesNotContain("<")
                .satisfies(text -> assertThat(text.lines()).allMatch(line -> line.length() <= 80));
    }

    @Test
    void saysWhatItDoesNotUnderstand() {
        StringWriter said = new StringWriter();
        assertThat(BenchMain.commandLine(Benchmarks.ALL, out())
                        .setErr(new PrintWriter(said, true))
                        .execute("--sedes=3", "list"))
                .isEqualTo(2);
        assertThat(said.toString()).startsWith("espalier bench: ").contains("--sedes=3", "./espalier bench --help");
    }

    /** Runs what is measured already. */
    private int bench(Benchmark benchmark) throws Exception {
        Setting setting = new Setting(1, Optional.of(folder), folder);
        Path place = folder.resolve(benchmark.name());
        Origin.of(setting).claim(place);
        new Results(place)
                .keep(
                        "measured",
                        JsonNodeFactory.instance.objectNode().put("metres", 5).put(Results.TOOK_SECONDS, 3.0));
        return BenchMain.commandLine(List.of(benchmark), out())
                .execute(benchmark.name(), "--seeds=1", "--data=" + folder, "--folder=" + folder);
    }

    private PrintStream out() {
        return new PrintStream(printed, true, StandardCharsets.UTF_8);
    }

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** Of one line. */
    private record Length(int leastMetres) implements Benchmark {
        @Override
        public String name() {
            return "length";
        }

        @Override
        public String about() {
            return "how long a line is";
        }

        @Override
        public List<Stage> stages(Setting setting) {
            return List.of(Stage.alone(new Step("measured", place -> {
                throw new AssertionError("measured before");
            })));
        }

        @Override
        public Verdict judge(Results results, Setting setting, PrintStream out) {
            int metres = results.of("measured").path("metres").asInt();
            new Table("line", "metres").row("a", Integer.toString(metres)).print(out);
            return new Verdict(metres + " m", ">= " + leastMetres + " m", metres >= leastMetres);
        }
    }
}
