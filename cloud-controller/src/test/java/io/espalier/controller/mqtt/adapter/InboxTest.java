package io.espalier.controller.mqtt.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.database.DatabasePatience;
import io.espalier.controller.mqtt.MqttMessage;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InboxTest {
    private static final class Away extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final Inbox inbox = new Inbox(new DatabasePatience(Away.class::isInstance));
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        inbox.stop();
    }

    private void arrives(String topic) throws InterruptedException {
        inbox.put(new MqttMessage(topic, new byte[0]), () -> seen.add("acknowledged " + topic));
    }

    private String next() throws InterruptedException {
        return String.valueOf(seen.poll(20, TimeUnit.SECONDS));
    }

    @Test
    void keepsAMessageThatCannotBeStoredUntilTheDatabaseIsBack() throws Exception {
        AtomicInteger failuresLeft = new AtomicInteger(1);
        inbox.route("device/+", message -> {
            seen.add("handling " + message.topic());
            if (failuresLeft.getAndDecrement() > 0) {
                throw new Away();
            }
        });
        arrives("device/a");
        arrives("device/b");
        inbox.start();

        assertThat(List.of(next(), next(), next(), next(), next()))
                .containsExactly(
                        "handling device/a",
                        "handling device/a",
                        "acknowledged device/a",
                        "handling device/b",
                        "acknowledged device/b");
    }

    @Test
    void goesOnAfterAMessageThatFailsForAnotherReason() throws Exception {
        inbox.route("broken", message -> {
            throw new IllegalStateException("a bug");
        });
        arrives("broken");
        arrives("fine");
        inbox.start();

        assertThat(next()).isEqualTo("acknowledged fine");
    }

    @Test
    void acknowledgesWhatTheDatabaseWillNeverTake() throws Exception {
        inbox.route("poison", message -> {
            throw new IllegalStateException("not stored", new SQLException("invalid byte sequence", "22021"));
        });
        arrives("poison");
        inbox.start();

        assertThat(next()).isEqualTo("acknowledged poison");
    }

    @Test
    void aPlusStandsForOneLevel() {
        assertThat(Inbox.pattern("a/+/c").asMatchPredicate())
                .accepts("a/b/c", "a//c")
                .rejects("a/b/b/c", "a/b");
    }

    @Test
    void everythingElseStandsForItself() {
        assertThat(Inbox.pattern("a.b/c").asMatchPredicate()).accepts("a.b/c").rejects("aXb/c", "a.b/c/d");
    }
}
