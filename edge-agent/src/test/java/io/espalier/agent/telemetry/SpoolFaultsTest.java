package io.espalier.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.state.Epochs;
import io.espalier.agent.state.PowerCut;
import io.espalier.agent.state.Steps;
import io.espalier.agent.toys.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever was appended arrives once, in order, or is counted as dropped: under kills, torn writes and damage. */
class SpoolFaultsTest {
    private static final Spool.Limits ROOMY = new Spool.Limits(64 << 20, Duration.ofHours(1));
    private static final Spool.Limits TIGHT = new Spool.Limits(400_000, Duration.ofHours(1));

    private static final Pattern UNSYNCED = Pattern.compile("sync [0-9]+$");
    private static final int BODY_BYTES = 90_000;

    @TempDir
    Path temporary;

    private final ManualClock clock = new ManualClock(1_000_000);
    private Path folder = Path.of("unset");
    private Spool.Limits limits = ROOMY;
    /** What the far side has, by name. */
    private final Map<Long, Integer> arrived = new TreeMap<>();

    /** Arrived, but the spool was killed before it could note that: it may still drop them, and then counts them. */
    private final Set<Long> unacknowledged = new HashSet<>();

    private final List<Long> order = new ArrayList<>();
    private int appended;
    private int unsure;

    @Test
    void losesNothingUncountedWhereverItIsKilled() throws Exception {
        for (Spool.Limits each : List.of(ROOMY, TIGHT)) {
            limits = each;
            boolean done = false;
            for (int survived = 0; !done; survived++) {
                begin("kill-" + limits.maxBytes() + "-" + survived);
                String killed = livesUntil(new PowerCut(survived));
                tear(killed, 997 * survived);
                done = killed.isEmpty();
                settle("killed before step " + survived);
            }
        }
    }

    @Test
    void losesNothingUncountedUnderRandomKillsAndDamage() throws Exception {
        for (long seed = 1; seed <= 12; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            limits = seed % 2 == 0 ? ROOMY : TIGHT;
            begin("random-" + seed);
            for (int life = 0; life < 4; life++) {
                String killed = livesUntil(new PowerCut(random.nextInt(45)));
                tear(killed, random.nextInt(400_000));
            }
            flipABitOfOneRecord(random);
            settle("seed " + seed);
        }
    }

    private void begin(String name) throws IOException {
        folder = Files.createDirectory(temporary.resolve(name));
        arrived.clear();
        order.clear();
        unacknowledged.clear();
        appended = 0;
        unsure = 0;
    }

    /** A life of the agent: records come, some leave. Answers before which step it was killed; empty where it was not. */
    private String livesUntil(Steps power) throws Exception {
        try {
            Spool spool = open(power);
            for (int i = 0; i < 6; i++) {
                unsure++;
                spool.append(
                        SpoolRecord.Kind.TELEMETRY,
                        (epoch, sequence, dropped) -> ByteBuffer.allocate(BODY_BYTES)
                                .putLong(sequence)
                                .array());
                unsure--;
                appended++;
                if (i % 3 == 2) {
                    deliver(spool, 2);
                }
            }
            return "";
        } catch (PowerCut.Dark e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void deliver(Spool spool, int most) throws Exception {
        List<SpoolRecord> oldest = spool.awaitOldest(most, Duration.ZERO);
        for (SpoolRecord record : oldest) {
            assertThat(ByteBuffer.wrap(record.body()).getLong()).isEqualTo(record.sequence());
            unacknowledged.add(record.sequence());
            if (arrived.merge(record.sequence(), 1, Integer::sum) == 1) {
                order.add(record.sequence());
            }
        }
        if (!oldest.isEmpty()) {
            spool.acknowledge(oldest.get(oldest.size() - 1).sequence());
            oldest.forEach(record -> unacknowledged.remove(record.sequence()));
        }
    }

    /** A write that was not yet synced may be there in part, whole, or not at all. */
    private void tear(String killedBefore, int bytesThere) throws IOException {
        if (UNSYNCED.matcher(killedBefore).find()) {
            List<Path> files = segments();
            Path last = files.get(files.size() - 1);
            byte[] bytes = Files.readAllBytes(last);
            List<SpoolRecord> records = SegmentContent.of(ByteBuffer.wrap(bytes), Segment.firstSequenceOf(last))
                    .records();
            int frame = records.get(records.size() - 1).framed().length;
            Files.write(last, Arrays.copyOf(bytes, bytes.length - frame + bytesThere % (frame + 1)));
        }
    }

    private void flipABitOfOneRecord(SplittableRandom random) throws IOException {
        List<Path> files = segments();
        if (!files.isEmpty()) {
            Path file = files.get(random.nextInt(files.size()));
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length > 0) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, bytes);
            }
        }
    }

    /** Power is back for good: everything that is left leaves. */
    private void settle(String when) throws Exception {
        Spool spool = open(Steps.UNWATCHED);
        while (spool.usage().records() > 0) {
            deliver(spool, 3);
        }
        long lost = appended - (long) arrived.size();
        assertThat(order).as(when).isSorted();
        assertThat(spool.dropped())
                .as("%s: %d appended, %d arrived, %d cut short", when, appended, arrived.size(), unsure)
                .isBetween(lost, lost + unsure + unacknowledged.size());
        assertThat(segments()).as(when).isEmpty();
    }

    private Spool open(Steps steps) throws IOException {
        return Spool.open(folder, limits, new Epochs(temporary.resolve("epoch"), clock), clock, () -> 0, steps);
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Segment::isOne).sorted().toList();
        }
    }
}
