package io.espalier.agent.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.toys.ToyAuthority;
import io.espalier.proto.v1.Release;
import io.espalier.proto.v1.ReleaseCounter;
import io.espalier.proto.v1.TrustState;
import io.espalier.trust.TrustStore;
import org.junit.jupiter.api.Test;

/** How many targets a device counts the releases of. */
class ReleaseCountersTest {
    private static final int MOST_TARGETS = 256;
    private static final long LARGEST = -1;

    @Test
    void forgetsTheTargetWithTheLowestVersionWhereThereAreTooMany() throws Exception {
        byte[] full = ToyAuthority.USUAL.trust(state -> {
            count(state, "lowest", 999);
            count(state, "next", 1000);
            for (int i = 2; i < MOST_TARGETS; i++) {
                count(state, "other " + i, LARGEST);
            }
        });

        TrustStore store = TrustStore.parse(full)
                .orThrow()
                .having(Release.newBuilder().setTarget("new").setVersion(1).build());

        assertThat(TrustState.parseFrom(store.toBytes()).getReleasesList())
                .hasSize(MOST_TARGETS)
                .extracting(ReleaseCounter::getTarget)
                .contains("new", "next")
                .doesNotContain("lowest");
    }

    private static void count(TrustState.Builder state, String target, long version) {
        state.addReleases(ReleaseCounter.newBuilder().setTarget(target).setVersion(version));
    }
}
