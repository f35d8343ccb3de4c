package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.report.Report;
import io.espalier.pruning.report.SampleReports;
import io.espalier.terminal.Glyphs;
import io.espalier.terminal.LiveRow;
import io.espalier.terminal.Screen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a person at a terminal reads of a campaign in rounds. */
class VariantTableTest {
    @Test
    void showsEachRoundAsItWasCutAndAsItWasTrained() {
        List<String> lines = print(SampleReports.inRounds(), 160);

        int heading = lines.indexOf("Rounds, accuracy on held-out training samples");
        assertThat(heading).isNotNegative();
        assertThat(lines.get(heading + 1))
                .containsSubsequence("round", "epochs", "p95", "MACs", "size", "cut and fitted", "trained", "chosen");
        assertThat(lines.subList(heading + 3, heading + 6))
                .extracting(line -> line.strip().replaceAll(" {2,}", " | "))
                .containsExactly(
                        "1 | 2 | 233 µs | 8.40 M | 210 kB | 83.0 % | 85.9 % | l1-knapsack",
                        "2 | 2 | 167 µs | 6.00 M | 150 kB | 76.0 % | 85.6 % | l1-knapsack",
                        "3 | 2 | 118 µs | 4.24 M | 106 kB | 40.0 % | 85.3 % | l1-knapsack");
        assertThat(lines)
                .contains(
                        "Search for widths in round 3, in shares of the budget",
                        "Candidates in round 3, accuracy on held-out training samples");
    }

    @Test
    void keepsToTheWidthOfTheTerminal() {
        assertThat(print(SampleReports.inRounds(), 70))
                .filteredOn(line -> line.contains("cut and fitted"))
                .singleElement()
                .satisfies(line -> assertThat(line).doesNotContain("chosen").hasSizeLessThanOrEqualTo(70));
    }

    @Test
    void saysWhatTheLastRoundWasAskedForWhereItStoppedShortOfTheBudget() {
        assertThat(print(SampleReports.stopped(), 160))
                .contains("Search for widths in round 2, in shares of what that was asked for");
    }

    @Test
    void saysNothingOfRoundsWhereThereWasOne() {
        assertThat(print(SampleReports.usual(), 160))
                .contains("Search for widths, in shares of the budget")
                .noneMatch(line -> line.startsWith("Rounds"));
    }

    @Test
    void showsWhatIsKnownOfTheModelWhereNothingWasMade() {
        assertThat(print(SampleReports.refused(), 80))
                .containsSubsequence("The unpruned model")
                .anyMatch(line -> line.contains("latency p95, predicted") && line.contains("µs"))
                .anyMatch(line -> line.contains("size of the file") && line.contains("kB"));
        assertThat(print(SampleReports.usual(), 160)).doesNotContain("The unpruned model");
    }

    private static List<String> print(Report report, int width) {
        Lines lines = new Lines(width, new ArrayList<>());
        VariantTable.print(lines, report, Map.of(), Optional.empty());
        return lines.said();
    }

    /** Remembers what stays. */
    private record Lines(int width, List<String> said) implements Screen {
        @Override
        public void say(String line) {
            said.add(line);
        }

        @Override
        public void strong(String line) {
            said.add(line);
        }

        @Override
        public void done(String what, String result) {}

        @Override
        public void note(String what) {}

        @Override
        public void failed(String what) {}

        @Override
        public void live(List<LiveRow> rows) {}

        @Override
        public Glyphs glyphs() {
            return Glyphs.UNICODE;
        }

        @Override
        public void close() {}
    }
}
