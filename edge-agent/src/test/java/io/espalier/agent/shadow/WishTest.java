package io.espalier.agent.shadow;

import static org.assertj.core.api.Assertions.assertThat;

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

        assertThat(wish.take(null).getVersion()).isEqualTo(2);
        assertThat(wish.names("a")).isTrue();
        assertThat(wish.names("b")).isFalse();
    }

    @Test
    void givesTheSameAgainOnlyWhenARetryIsDue() throws Exception {
        wish.offer(desired(1, "a"));
        wish.take(null);

        assertThat(wish.take(Duration.ofMillis(1)).getVersion()).isEqualTo(1);
    }

    @Test
    void takesTheSameVersionAgainAfterAReconnect() throws Exception {
        wish.offer(desired(1, "a"));
        wish.take(null);
        wish.offer(desired(1, "a"));

        assertThat(wish.take(null).getVersion()).isEqualTo(1);
    }

    private static Desired desired(long version, String artifact) {
        return Desired.newBuilder()
                .setVersion(version)
                .setModel(ModelAssignment.newBuilder().setArtifactDigest(artifact))
                .build();
    }
}
