package io.espalier.agent.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.link.Backoff;
import io.espalier.agent.link.MqttAddress;
import io.espalier.agent.link.SecureContext;
import io.espalier.agent.toys.ToyBroker;
import io.espalier.agent.toys.ToyTrust;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a device counts as connected. */
class CommandLinkTest {
    private static final DeviceId DEVICE = new DeviceId("d");
    private static final Topics TOPICS = new Topics("default");
    private static final String CONNECTED = "connected";
    private static final String UNREACHABLE = "unreachable";
    private static final int GRANTED = 1;
    private static final int NOT_AUTHORISED = 0x87;

    @TempDir
    Path folder;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @Test
    void isConnectedOnceItsSubscriptionsAreGranted() throws Exception {
        assertThat(firstToldWithout("")).isEqualTo(CONNECTED);
    }

    @Test
    void isNotConnectedWhereItIsNotToldWhatIsDesired() throws Exception {
        assertThat(firstToldWithout(TOPICS.device(DEVICE, DeviceChannel.DESIRED)))
                .isEqualTo(UNREACHABLE);
    }

    @Test
    void isNotConnectedWhereItIsNotToldTheNextRoot() throws Exception {
        assertThat(firstToldWithout(TOPICS.root(2))).isEqualTo(UNREACHABLE);
    }

    private String firstToldWithout(String refused) throws Exception {
        try (ToyBroker broker = ToyBroker.start(topic -> topic.equals(refused) ? NOT_AUTHORISED : GRANTED)) {
            CommandLink link = new CommandLink(
                    new MqttAddress(broker.url(), "toy", "", "", SecureContext.NONE),
                    TOPICS,
                    DEVICE,
                    "test",
                    Clock.systemUTC(),
                    new Backoff(Duration.ofHours(1), Duration.ofHours(1), new SplittableRandom(1)),
                    ToyTrust.of(folder.resolve("trust.pb"), DEVICE, Clock.systemUTC()),
                    ToyTrust.time(Clock.systemUTC()),
                    () -> told.add(UNREACHABLE));
            link.listen(() -> told.add(CONNECTED), desired -> {}, root -> {});
            Thread running = new Thread(link, "link");
            running.start();
            try {
                return String.valueOf(told.poll(30, TimeUnit.SECONDS));
            } finally {
                end(running);
            }
        }
    }

    /** More than once, because the client library swallows an interrupt that finds it waiting. */
    private static void end(Thread thread) throws InterruptedException {
        while (thread.isAlive()) {
            thread.interrupt();
            thread.join(100);
        }
    }
}
