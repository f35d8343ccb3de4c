package io.espalier.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class ParallelTest {
    private final List<String> closed = new CopyOnWriteArrayList<>();

    @Test
    void stopsWhatStartedAndTellsOfEverythingThatDidNot() {
        assertThatThrownBy(() -> Parallel.start(Map.of(
                        Service.KAFKA,
                        () -> server("kafka"),
                        Service.MQTT,
                        () -> {
                            throw new IllegalStateException("no room");
                        },
                        Service.POSTGRES,
                        () -> {
                            throw new StackException(StackException.Kind.FAILED, "PostgreSQL is ill");
                        })))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("MQTT did not start: java.lang.IllegalStateException: no room")
                .hasMessageContaining("PostgreSQL is ill");
        assertThat(closed).containsExactly("kafka");
    }

    @Test
    void stopsTheOthersWhenOneDoesNotStopCleanly() {
        Server broken = new FakeServer(() -> {
            throw new IllegalStateException("stuck");
        });

        assertThatThrownBy(() -> Parallel.close(Map.of(Service.KAFKA, broken, Service.MQTT, server("mqtt"))))
                .hasMessageContaining("Kafka did not stop cleanly")
                .hasMessageContaining("stuck");
        assertThat(closed).containsExactly("mqtt");
    }

    private Server server(String name) {
        return new FakeServer(() -> closed.add(name));
    }

    private record FakeServer(Runnable whenClosed) implements Server {
        @Override
        public Map<String, String> properties() {
            return Map.of();
        }

        @Override
        public void close() {
            whenClosed.run();
        }
    }
}
