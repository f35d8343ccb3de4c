package io.espalier.agent.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.v1.Assignment;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.ModelAssignment;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WishTest {
    private final Wish wish = new Wish();

    @Test
    void givesTheNewestAndIgnoresOlderOnesThatComeLate() throws Exception {
        wish.offer(desired(2, "a"));
        wish.offer(desired(1, "b"));

        assertThat(version(wish.take(null))).isEqualTo(2);
        assertThat(wish.names("a")).isTrue();
        assertThat(wish.names("b")).isFalse();
    }

    @Test
    void givesTheSameAgainOnlyWhenARetryIsDue() throws Exception {
        wish.offer(desired(1, "a"));
        wish.take(null);

        assertThat(version(wish.take(Duration.ofMillis(1)))).isEqualTo(1);
    }

    @Test
    void takesTheSameVersionAgainAfterAReconnect() throws Exception {
        wish.offer(desired(1, "a"));
        wish.take(null);
        wish.offer(desired(1, "a"));

        assertThat(version(wish.take(null))).isEqualTo(1);
    }

    @Test
    void countsAnewUnderNewKeys() throws Exception {
        wish.offer(desired(7, "a"));
        wish.offer(desired(1, "b").toBuilder().setGeneration(2).build());
        wish.offer(desired(8, "c"));

        assertThat(version(wish.take(null))).isEqualTo(1);
    }

    private static long version(Assignment assignment) {
        return assignment.getDesired().getVersion();
    }

    private static Assignment desired(long version, String artifact) {
        return Assignment.newBuilder()
                .setGeneration(1)
                .setDesired(Desired.newBuilder()
                        .setVersion(version)
                        .setModel(ModelAssignment.newBuilder().setArtifactDigest(artifact)))
                .build();
    }
}
