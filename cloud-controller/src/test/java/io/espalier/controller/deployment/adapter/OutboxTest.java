package io.espalier.controller.deployment.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.DeviceId;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final DeviceId ONE = new DeviceId("one");
    private static final DeviceId TWO = new DeviceId("two");

    private final Queue<Runnable> ready = new ArrayDeque<>();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final List<DeviceId> tried = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final Map<DeviceId, String> troubles = new HashMap<>();
    private final Outbox outbox = new Outbox(ready::add, waiting::add, this::send, complaints::add);

    @Test
    void sendsOnceWhatIsAskedForAgainWhileItWaits() {
        outbox.add(ONE);
        outbox.add(ONE);
        outbox.add(TWO);
        work();
        assertThat(tried).containsExactly(ONE, TWO);

        outbox.add(ONE);
        work();
        assertThat(tried).containsExactly(ONE, TWO, ONE);
        assertThat(waiting).isEmpty();
    }

    @Test
    void hasOneRetryADeviceHoweverOftenItIsAskedForMeanwhile() {
        troubles.put(ONE, "no broker");
        for (int i = 0; i < 100; i++) {
            outbox.add(ONE);
            work();
        }
        assertThat(waiting).hasSize(1);

        pause();
        assertThat(waiting).hasSize(1);

        troubles.clear();
        tried.clear();
        pause();
        assertThat(tried).containsExactly(ONE);
        assertThat(waiting).isEmpty();
    }

    @Test
    void tellsEachReasonOnceUntilItWorksAgain() {
        troubles.put(ONE, "no broker");
        troubles.put(TWO, "no broker");
        outbox.add(ONE);
        outbox.add(TWO);
        work();
        pause();
        assertThat(complaints).containsExactly("no broker");

        troubles.put(TWO, "no key");
        pause();
        pause();
        assertThat(complaints).containsExactly("no broker", "no key");

        troubles.clear();
        pause();
        troubles.put(ONE, "no broker");
        outbox.add(ONE);
        work();
        assertThat(complaints).containsExactly("no broker", "no key", "no broker");
    }

    @Test
    void staysSilentOnADeviceThatFailsWhileOthersAreSentTo() {
        troubles.put(ONE, "no key");
        outbox.add(ONE);
        work();
        for (int i = 0; i < 3; i++) {
            outbox.add(TWO);
            pause();
        }

        assertThat(complaints).containsExactly("no key");
    }

    private void send(DeviceId device) {
        tried.add(device);
        if (troubles.containsKey(device)) {
            throw new CompletionException(new IOException(troubles.get(device)));
        }
    }

    private void work() {
        while (!ready.isEmpty()) {
            ready.remove().run();
        }
    }

    /** What waited is tried once. */
    private void pause() {
        List<Runnable> over = new ArrayList<>(waiting);
        waiting.clear();
        over.forEach(Runnable::run);
        work();
    }
}
