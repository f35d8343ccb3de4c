package io.espalier.controller.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.ManualClock;
import io.espalier.controller.artifact.MissingParts.Asked;
import io.espalier.controller.artifact.MissingParts.Part;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MissingPartsTest {
    private static final Sha256 ARTIFACT = Sha256.of(new byte[] {1});
    private static final Sha256 ANOTHER = Sha256.of(new byte[] {2});
    private static final DeviceId ONE = new DeviceId("one");
    private static final DeviceId TWO = new DeviceId("two");
    private static final int CHUNK_BYTES = 256 << 10;
    private static final int ALLOWED = (int) (MissingParts.ALLOWANCE_BYTES / CHUNK_BYTES);

    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-01T12:00:00Z"));
    private final MissingParts missing = new MissingParts(clock);

    @Test
    void sendsOnceWhatManyDevicesMiss() {
        assertThat(missing.ask(ONE, chunks(ARTIFACT, 0, 3))).isEqualTo(3);
        assertThat(missing.ask(ONE, chunks(ARTIFACT, 0, 3))).isZero();
        assertThat(missing.ask(TWO, chunks(ARTIFACT, 2, 4))).isEqualTo(1);

        assertThat(missing.next(100)).extracting(Part::chunk).containsExactly(0, 1, 2, 3);
    }

    @Test
    void keepsWhatIsToBeSentUntilItWas() {
        missing.ask(ONE, chunks(ARTIFACT, 0, 3));

        assertThat(missing.next(2)).isEqualTo(missing.next(2));
        missing.sent(missing.next(2));

        assertThat(missing.next(2)).containsExactly(new Part(ARTIFACT, 2));
        missing.sent(missing.next(2));
        assertThat(missing.isEmpty()).isTrue();
    }

    @Test
    void sendsWhatWasJustSentOnlyOnceThatIsAWhileAgo() {
        missing.ask(ONE, chunks(ARTIFACT, 0, 1));
        missing.sent(missing.next(1));

        clock.advance(MissingParts.JUST_NOW.minusMillis(1));
        assertThat(missing.ask(TWO, chunks(ARTIFACT, 0, 1))).isZero();

        clock.advance(Duration.ofMillis(1));
        assertThat(missing.ask(TWO, chunks(ARTIFACT, 0, 1))).isEqualTo(1);
    }

    @Test
    void letsADeviceAskForAWholeArtifactAndThenForLittle() {
        assertThat(missing.ask(ONE, chunks(ARTIFACT, 0, 128))).isEqualTo(128);
        assertThat(missing.ask(ONE, chunks(ANOTHER, 0, 128))).isEqualTo(ALLOWED - 128);
        assertThat(missing.ask(ONE, chunks(ANOTHER, 100, 101))).isZero();

        assertThat(missing.ask(TWO, chunks(ANOTHER, 100, 101))).isEqualTo(1);
    }

    @Test
    void givesADeviceItsAllowanceBackInTime() {
        missing.ask(ONE, chunks(ARTIFACT, 0, ALLOWED));

        clock.advance(Duration.ofMinutes(1));
        assertThat(missing.ask(ONE, chunks(ANOTHER, 0, ALLOWED)))
                .isEqualTo((int) (MissingParts.ALLOWANCE_BYTES_PER_MINUTE / CHUNK_BYTES));

        missing.sent(missing.next(2 * ALLOWED));
        clock.advance(Duration.ofDays(1));
        assertThat(missing.ask(ONE, chunks(ANOTHER, 0, 2 * ALLOWED))).isEqualTo(ALLOWED);
    }

    @Test
    void chargesNothingForWhatWaitsAnyway() {
        missing.ask(TWO, chunks(ARTIFACT, 0, 128));

        missing.ask(ONE, chunks(ARTIFACT, 0, 128));

        assertThat(missing.ask(ONE, chunks(ANOTHER, 0, ALLOWED))).isEqualTo(ALLOWED);
    }

    private static List<Asked> chunks(Sha256 artifact, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(chunk -> new Asked(new Part(artifact, chunk), CHUNK_BYTES))
                .toList();
    }
}
