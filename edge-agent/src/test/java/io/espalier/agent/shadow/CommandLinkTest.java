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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

    @Test
    void losesNothingToABrokerThatTakesLittleAtATime() throws Exception {
        List<String> all = IntStream.range(0, 21).mapToObj(i -> "profile " + i).toList();
        List<String> arrived = new ArrayList<>();
        try (ToyBroker broker = ToyBroker.start(topic -> GRANTED, 2)) {
            CommandLink link = link(broker);
            link.listen(
                    () -> all.forEach(
                            each -> link.publish(DeviceChannel.PROFILE, each.getBytes(StandardCharsets.UTF_8), false)),
                    desired -> {},
                    root -> {});
            running(link, () -> {
                String topic = TOPICS.device(DEVICE, DeviceChannel.PROFILE) + " ";
                while (arrived.size() < all.size()) {
                    String next = broker.published().poll(10, TimeUnit.SECONDS);
                    assertThat(next).as("the one behind " + arrived).isNotNull();
                    if (next.startsWith(topic)) {
                        arrived.add(next.substring(topic.length()));
                    }
                }
            });
        }

        assertThat(arrived).isEqualTo(all);
    }

    @Test
    void saysThatItCannotSpeakToABrokerWhoseReceiveMaximumItCannotRead() throws Exception {
        try (ToyBroker broker = ToyBroker.start(topic -> GRANTED, 0xffff)) {
            assertThat(firstTold(broker)).isEqualTo(UNREACHABLE);
        }
    }

    private String firstToldWithout(String refused) throws Exception {
        try (ToyBroker broker = ToyBroker.start(topic -> topic.equals(refused) ? NOT_AUTHORISED : GRANTED)) {
            return firstTold(broker);
        }
    }

    private String firstTold(ToyBroker broker) throws Exception {
        CommandLink link = link(broker);
        link.listen(() -> told.add(CONNECTED), desired -> {}, root -> {});
        running(link, () -> told.add(String.valueOf(told.poll(30, TimeUnit.SECONDS))));
        return told.remove();
    }

    private CommandLink link(ToyBroker broker) throws IOException {
        return new CommandLink(
                new MqttAddress(broker.url(), "toy", "", "", SecureContext.NONE),
                TOPICS,
                DEVICE,
                "test",
                Clock.systemUTC(),
                new Backoff(Duration.ofHours(1), Duration.ofHours(1), new SplittableRandom(1)),
                ToyTrust.of(folder.resolve("trust.pb"), DEVICE, Clock.systemUTC()),
                ToyTrust.time(Clock.systemUTC()),
                () -> told.add(UNREACHABLE));
    }

    @FunctionalInterface
    private interface Meanwhile {
        void run() throws Exception;
    }

    private static void running(CommandLink link, Meanwhile meanwhile) throws Exception {
        Thread running = new Thread(link, "link");
        running.start();
        try {
            meanwhile.run();
        } finally {
            end(running);
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
