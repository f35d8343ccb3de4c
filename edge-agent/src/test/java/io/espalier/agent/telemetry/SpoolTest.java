package io.espalier.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.agent.state.Epochs;
import io.espalier.agent.state.Steps;
import io.espalier.agent.toys.ManualClock;
import io.espalier.proto.UploadLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    private static final Spool.Limits LIMITS = new Spool.Limits(1 << 20, Duration.ofHours(1));
    private static final int LARGE = 100_000;

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(1_000_000);
    private long nanos;

    @BeforeEach
    void makeFolder() throws IOException {
        Files.createDirectories(folder.resolve("spool"));
    }

    @Test
    void givesBackInOrderWhatWasNotAcknowledged() throws Exception {
        Spool spool = open(LIMITS);
        append(spool, 3, 10);

        spool.acknowledge(2);

        assertThat(sequences(spool)).containsExactly(3L);
    }

    @Test
    void keepsNamesAcrossARestart() throws Exception {
        append(open(LIMITS), 2, 10);
        List<SpoolRecord> before = all(open(LIMITS));

        Spool reopened = open(LIMITS);
        append(reopened, 1, 10);

        assertThat(all(reopened)).extracting(SpoolRecord::sequence).containsExactly(1L, 2L, 3L);
        assertThat(all(reopened))
                .extracting(SpoolRecord::epoch)
                .containsOnly(before.get(0).epoch());
    }

    @Test
    void continuesItsSequenceThoughItIsEmpty() throws Exception {
        Spool spool = open(LIMITS);
        append(spool, 5, 10);
        spool.acknowledge(5);

        Spool reopened = open(LIMITS);
        append(reopened, 1, 10);

        assertThat(sequences(reopened)).containsExactly(6L);
    }

    @Test
    void goesOnWhereAnAttemptToBeginAFileLeftItsName() throws Exception {
        Spool spool = open(LIMITS);
        append(spool, 1, 10);
        String first = String.valueOf(segments().get(0).getFileName());
        spool.acknowledge(1);
        Files.writeString(folder.resolve("spool").resolve(first.replace("1.log", "2.log")), "torn");

        append(spool, 2, 10);

        assertThat(spool.dropped()).isZero();
        assertThat(sequences(open(LIMITS))).containsExactly(2L, 3L);
    }

    @Test
    void losesOnlyTheTornRecord() throws Exception {
        append(open(LIMITS), 3, 10);
        Path segment = segments().get(0);
        byte[] whole = Files.readAllBytes(segment);
        int record = whole.length / 3;
        for (int cut = 2 * record; cut < whole.length; cut++) {
            Files.write(segment, Arrays.copyOf(whole, cut));

            Spool reopened = open(LIMITS);

            assertThat(firstSequences(reopened)).as("cut at byte %d", cut).containsExactly(1L, 2L);
        }
        append(open(LIMITS), 1, 10);
        Spool spool = open(LIMITS);
        assertThat(sequences(spool)).containsExactly(1L, 2L, 4L);
        assertThat(spool.dropped()).isEqualTo(1);
    }

    @Test
    void neverGivesTheNameOfATornRecordToAnother() throws Exception {
        append(open(LIMITS), 2, 10);
        Path segment = segments().get(0);
        Files.write(segment, new byte[] {0, 0, 0, 40, 1, 2, 3}, StandardOpenOption.APPEND);

        append(open(LIMITS), 1, 10);

        Spool spool = open(LIMITS);
        assertThat(sequences(spool)).containsExactly(1L, 2L, 4L);
        assertThat(spool.dropped()).isEqualTo(1);
    }

    @Test
    void countsALastRecordThatIsDamaged() throws Exception {
        append(open(LIMITS), 2, 10);
        Path segment = segments().get(0);
        byte[] whole = Files.readAllBytes(segment);
        for (int at = whole.length / 2; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(segment, damaged);
            open(LIMITS);

            Spool reopened = open(LIMITS);

            assertThat(firstSequences(reopened)).as("byte %d flipped", at).containsExactly(1L);
            assertThat(reopened.usage().records()).as("byte %d flipped", at).isEqualTo(2);
        }
        Spool spool = open(LIMITS);
        assertThat(sequences(spool)).containsExactly(1L);
        assertThat(spool.dropped()).isEqualTo(1);
        assertThat(open(LIMITS).dropped()).isEqualTo(1);
    }

    @Test
    void doesNotCountARecordThatWasDamagedAfterItLeft() throws Exception {
        Spool spool = open(LIMITS);
        append(spool, 4, 10);
        spool.acknowledge(2);
        Path segment = segments().get(0);
        byte[] bytes = Files.readAllBytes(segment);
        bytes[bytes.length / 4 + 20] ^= 1;
        Files.write(segment, bytes);

        Spool reopened = open(LIMITS);

        assertThat(sequences(reopened)).containsExactly(3L, 4L);
        assertThat(reopened.dropped()).isZero();
    }

    @Test
    void countsASegmentThatIsGoneOrCutShort() throws Exception {
        Spool spool = open(LIMITS);
        append(spool, 9, LARGE);
        List<Path> files = segments();
        assertThat(files).hasSizeGreaterThan(2);
        long inSecond = Files.size(files.get(1)) / LARGE;
        Files.delete(files.get(1));
        Files.write(files.get(0), Arrays.copyOf(Files.readAllBytes(files.get(0)), LARGE + 200));

        Spool reopened = open(LIMITS);

        List<Long> left = sequences(reopened);
        assertThat(left).startsWith(1L).endsWith(9L).isSorted();
        assertThat(reopened.dropped()).isEqualTo(9 - left.size()).isGreaterThanOrEqualTo(inSecond);
    }

    @Test
    void takesADamagedCursorForALostOne() throws Exception {
        Spool spool = open(LIMITS);
        append(spool, 5, 10);
        spool.acknowledge(1);
        Path cursor = folder.resolve("spool/cursor");
        byte[] whole = Files.readAllBytes(cursor);
        for (int at = 0; at < whole.length - " end\n".length(); at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(cursor, damaged);

            assertThat(firstSequences(open(LIMITS))).as("byte %d flipped", at).contains(2L, 3L, 4L, 5L);
        }
    }

    @Test
    void opensWithoutReadingAllItHas() throws Exception {
        append(open(new Spool.Limits(4 << 20, Duration.ofHours(1))), 35, LARGE);
        List<Path> files = segments();
        for (Path file : files.subList(0, files.size() - 1)) {
            Path aside = folder.resolve(file.getFileName());
            Files.move(file, aside);
            Files.createDirectory(file);
        }

        Spool spool = open(new Spool.Limits(4 << 20, Duration.ofHours(1)));

        assertThat(spool.usage().records()).isEqualTo(35);
        append(spool, 1, 10);
        assertThat(spool.usage().records()).isEqualTo(36);
    }

    @Test
    void goesOnBehindAFileThatCannotBeReadAndCountsWhatItMayHaveHeld() throws Exception {
        append(open(LIMITS), 4, LARGE);
        List<Path> files = segments();
        assertThat(files).hasSize(2);
        for (Path file : files) {
            Files.delete(file);
            Files.createDirectory(file);
        }
        Spool spool = open(LIMITS);
        append(spool, 1, 10);

        assertThat(oncePatienceEnds(spool)).hasSize(1);

        assertThat(spool.dropped()).isGreaterThanOrEqualTo(4);
        assertThat(oncePatienceEnds(open(LIMITS))).hasSize(1);
    }

    /** What can be sent after as many failed reads as the spool puts up with. */
    private static List<SpoolRecord> oncePatienceEnds(Spool spool) throws Exception {
        while (true) {
            try {
                return all(spool);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("Is a directory");
            }
        }
    }

    @Test
    void ignoresFilesThatAreNotItsOwn() throws Exception {
        Files.writeString(folder.resolve("spool/notes.log"), "hello");
        append(open(LIMITS), 1, 10);

        assertThat(sequences(open(LIMITS))).containsExactly(1L);
    }

    @Test
    void stepsOverARecordThatIsDamagedInTheMiddleAndCountsIt() throws Exception {
        append(open(LIMITS), 4, 10);
        Path segment = segments().get(0);
        byte[] whole = Files.readAllBytes(segment);
        int record = whole.length / 4;
        for (int at = record; at < 2 * record; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(segment, damaged);

            assertThat(firstSequences(open(LIMITS))).as("byte %d flipped", at).containsExactly(1L, 3L, 4L);
        }
        Spool spool = open(LIMITS);
        assertThat(sequences(spool)).containsExactly(1L, 3L, 4L);
        assertThat(spool.dropped()).isEqualTo(1);
        assertThat(open(LIMITS).dropped()).isEqualTo(1);
    }

    @Test
    void doesNotWaitForWhatWasDamagedWhileItWasOpen() throws Exception {
        Spool spool = open(LIMITS);
        append(spool, 2, 10);
        Path segment = segments().get(0);
        Files.write(segment, new byte[(int) Files.size(segment)]);

        assertThat(sequences(spool)).isEmpty();
        assertThat(spool.dropped()).isEqualTo(2);
        append(spool, 1, 10);
        assertThat(sequences(spool)).containsExactly(3L);
    }

    @Test
    void countsADamagedRecordThatIsDroppedForItsAge() throws Exception {
        append(open(LIMITS), 3, 10);
        Path segment = segments().get(0);
        byte[] bytes = Files.readAllBytes(segment);
        bytes[bytes.length / 3 + 20] ^= 1;
        Files.write(segment, bytes);
        Spool spool = open(LIMITS);
        pass(Duration.ofHours(2));

        append(spool, 1, 10);

        assertThat(spool.dropped()).isEqualTo(3);
    }

    @Test
    void dropsTheOldestBeyondItsBytesAndCountsThem() throws Exception {
        Spool spool = open(new Spool.Limits(10 * LARGE, Duration.ofHours(1)));

        append(spool, 30, LARGE);

        List<Long> left = sequences(spool);
        assertThat(bytesOnDisk()).isLessThanOrEqualTo(10 * LARGE);
        assertThat(left).isNotEmpty().endsWith(30L).isSorted();
        assertThat(spool.dropped()).isEqualTo(30 - left.size());
        assertThat(open(LIMITS).dropped()).isEqualTo(spool.dropped());
    }

    @Test
    void dropsWhatIsTooOld() throws Exception {
        Spool spool = open(LIMITS);
        append(spool, 2, 10);
        pass(Duration.ofHours(2));

        append(spool, 1, 10);

        assertThat(sequences(spool)).containsExactly(3L);
        assertThat(spool.dropped()).isEqualTo(2);
    }

    @Test
    void keepsWhatItHasWhereTheClockIsSetForward() throws Exception {
        append(open(LIMITS), 1, 10);
        Spool spool = open(LIMITS);
        append(spool, 1, 10);
        clock.advance(Duration.ofDays(20_000));

        append(spool, 1, 10);

        assertThat(sequences(spool)).containsExactly(1L, 2L, 3L);
        assertThat(spool.dropped()).isZero();
    }

    @Test
    void keepsWhatAFormerRunLeftWhereTheClockIsSetForward() throws Exception {
        append(open(LIMITS), 2, 10);
        Spool spool = open(LIMITS);
        clock.advance(Duration.ofDays(20_000));

        append(spool, 1, 10);

        assertThat(sequences(spool)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void dropsWhatIsTooOldThoughTheClockIsSetBack() throws Exception {
        Spool spool = open(LIMITS);
        append(spool, 2, 10);
        pass(Duration.ofHours(2));
        clock.advance(Duration.ofHours(-3));

        append(spool, 1, 10);

        assertThat(sequences(spool)).containsExactly(3L);
    }

    @Test
    void dropsWhatAFormerRunLeftAndTheClockCallsTooOld() throws Exception {
        append(open(LIMITS), 2, 10);
        clock.advance(Duration.ofHours(2));
        Spool spool = open(LIMITS);

        append(spool, 1, 10);

        assertThat(sequences(spool)).containsExactly(3L);
        assertThat(spool.dropped()).isEqualTo(2);
    }

    @Test
    void doesNotCountWhatWasAlreadyAcknowledged() throws Exception {
        Spool spool = open(LIMITS);
        append(spool, 2, 10);
        spool.acknowledge(1);
        pass(Duration.ofHours(2));

        append(spool, 1, 10);

        assertThat(spool.dropped()).isEqualTo(1);
    }

    @Test
    void beginsALargerEpochWhenItsCursorIsLost() throws Exception {
        Spool spool = open(LIMITS);
        append(spool, 1, 10);
        long epoch = all(spool).get(0).epoch();
        Files.delete(folder.resolve("spool/cursor"));

        Spool reopened = open(LIMITS);
        append(reopened, 1, 10);

        assertThat(all(reopened)).extracting(SpoolRecord::sequence).containsExactly(1L, 2L);
        assertThat(all(reopened).get(0).epoch()).isEqualTo(epoch);
        assertThat(all(reopened).get(1).epoch()).isGreaterThan(epoch);
    }

    /** After a power cut on a full disk a segment may be gone that the cursor still counts. */
    @Test
    void opensOnADiskThatTakesNothing() throws Exception {
        Spool spool = open(LIMITS);
        append(spool, 9, LARGE);
        Files.delete(segments().get(0));
        for (String inTheWay : List.of("epoch.tmp", "spool/cursor.tmp")) {
            Files.createDirectories(folder.resolve(inTheWay).resolve("folder"));
        }

        Spool full = open(LIMITS);
        Files.delete(folder.resolve("spool/cursor"));
        Spool fullAndLost = open(LIMITS);

        assertThat(full.dropped()).isPositive();
        assertThat(firstSequences(full)).isEqualTo(firstSequences(fullAndLost)).isNotEmpty();
        assertThat(folder.resolve("spool/cursor")).doesNotExist();
    }

    @Test
    void countsWhatComesWhileItsFolderCannotBeRead() throws Exception {
        append(open(LIMITS), 2, 10);
        Path aside = folder.resolve("aside");
        Files.move(folder.resolve("spool"), aside);
        Files.writeString(folder.resolve("spool"), "no folder");

        Spool spool = open(LIMITS);
        append(spool, 3, 10);

        assertThat(spool.dropped()).isEqualTo(3);
        assertThat(spool.usage()).isEqualTo(new Spool.Usage(0, LIMITS.maxBytes(), 0, 3));
        assertThatThrownBy(() -> spool.awaitOldest(1, Duration.ZERO)).isInstanceOf(IOException.class);

        Files.delete(folder.resolve("spool"));
        Files.move(aside, folder.resolve("spool"));
        append(spool, 1, 10);

        assertThat(sequences(spool)).containsExactly(1L, 2L, 3L);
        assertThat(spool.dropped()).isEqualTo(3);
        assertThat(open(LIMITS).dropped()).isEqualTo(3);
    }

    @Test
    void opensThoughNeitherItsCursorNorItsNewestFileCanBeRead() throws Exception {
        Spool spool = open(LIMITS);
        append(spool, 4, LARGE);
        long epoch = all(spool).get(0).epoch();
        Path newest = segments().get(1);
        for (Path unreadable : List.of(newest, folder.resolve("spool/cursor"))) {
            Files.delete(unreadable);
            Files.createDirectories(unreadable);
        }

        Spool reopened = open(LIMITS);
        append(reopened, 1, 10);

        List<SpoolRecord> left = all(reopened);
        assertThat(left).extracting(SpoolRecord::sequence).startsWith(1L, 2L);
        assertThat(reopened.usage().records()).isGreaterThan(left.size());
        assertThat(new Epochs(folder.resolve("epoch"), clock).drawAbove(0)).isGreaterThan(epoch + 1);
    }

    @Test
    void survivesALostFolder() throws Exception {
        Spool spool = open(LIMITS);
        append(spool, 1, 10);
        for (Path file : segments()) {
            Files.delete(file);
        }
        Files.delete(folder.resolve("spool/cursor"));
        Files.delete(folder.resolve("spool"));

        append(spool, 1, 10);

        assertThat(spool.dropped()).isPositive();
    }

    @Test
    void countsWhatItCannotWriteAndGoesOnOnceItCan() throws Exception {
        Spool spool = open(LIMITS);
        Path inTheWay = folder.resolve("spool/00000000000000000001.log/folder");
        Files.createDirectories(inTheWay);
        append(spool, 2, 10);
        Files.delete(inTheWay);

        append(spool, 1, 10);

        assertThat(spool.dropped()).isEqualTo(2);
        assertThat(sequences(spool)).containsExactly(3L);
    }

    @Test
    void dropsAndCountsWhatNoWayOffTheDeviceTakes() throws Exception {
        Spool spool = open(LIMITS);
        append(spool, 1, 10);
        append(spool, 1, UploadLimits.MOST_RECORD_BYTES + 1);
        append(spool, 1, UploadLimits.MOST_RECORD_BYTES);

        assertThat(sequences(spool)).containsExactly(1L, 3L);
        assertThat(spool.dropped()).isEqualTo(1);
        spool.acknowledge(3);
        assertThat(spool.dropped()).isEqualTo(1);
    }

    private Spool open(Spool.Limits limits) throws IOException {
        return Spool.open(
                folder.resolve("spool"),
                limits,
                new Epochs(folder.resolve("epoch"), clock),
                clock,
                () -> nanos,
                Steps.UNWATCHED);
    }

    private void pass(Duration time) {
        clock.advance(time);
        nanos += time.toNanos();
    }

    private static void append(Spool spool, int times, int bytes) {
        for (int i = 0; i < times; i++) {
            spool.append(SpoolRecord.Kind.TELEMETRY, (epoch, sequence, dropped) -> new byte[bytes]);
        }
    }

    private static List<SpoolRecord> all(Spool spool) throws Exception {
        return spool.awaitOldest(1_000, Duration.ZERO);
    }

    private static List<Long> firstSequences(Spool spool) throws Exception {
        return all(spool).stream().map(SpoolRecord::sequence).toList();
    }

    private static List<Long> sequences(Spool spool) throws Exception {
        List<Long> found = new ArrayList<>();
        List<SpoolRecord> next = all(spool);
        while (!next.isEmpty()) {
            next.forEach(record -> found.add(record.sequence()));
            spool.acknowledge(next.get(next.size() - 1).sequence());
            next = all(spool);
        }
        return found;
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("spool"))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList();
        }
    }

    private long bytesOnDisk() throws IOException {
        long bytes = 0;
        for (Path file : segments()) {
            bytes += Files.size(file);
        }
        return bytes;
    }
}
