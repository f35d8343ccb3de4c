package io.espalier.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.KafkaTopics;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackRestartIT {
    private static final String RETAINED = "espalier/v1/default/devices/pi/desired";

    @TempDir
    Path folder;

    @Test
    void keepsPortsAndDataThroughACleanStopAndAKill() throws Exception {
        Endpoints first;
        try (StackProcess stack = StackProcess.launch(folder)) {
            stack.awaitReady();
            first = stack.endpoints();
            StackClients clients = new StackClients(first);
            clients.execute("create table kept (value text)");
            write(clients, "one");
            assertThat(stack.terminate()).isZero();
            assertThat(postgres()).isEmpty();
        }
        try (StackProcess stack = StackProcess.launch(folder)) {
            stack.awaitReady();
            assertThat(stack.endpoints().properties())
                    .usingRecursiveComparison()
                    .ignoringFields("pid")
                    .isEqualTo(first.properties());
            StackClients clients = new StackClients(first);
            assertHolds(clients, "one");
            write(clients, "two");
            stack.kill();
        }
        Optional<Postmaster> orphan = postgres();
        try (StackProcess stack = StackProcess.launch(folder)) {
            stack.awaitReady();
            orphan.ifPresent(left -> assertThat(left.process().isAlive()).isFalse());
            assertHolds(new StackClients(stack.endpoints()), "one", "two");
        }
    }

    private Optional<Postmaster> postgres() throws Exception {
        return Postmaster.owning(folder.resolve("postgres/data"));
    }

    private static void write(StackClients clients, String value) throws Exception {
        clients.produce(KafkaTopics.TELEMETRY, value);
        clients.execute("insert into kept values ('" + value + "')");
        clients.retain(RETAINED, StackClients.utf8(value));
    }

    private static void assertHolds(StackClients clients, String... values) throws Exception {
        assertThat(clients.consume(KafkaTopics.TELEMETRY)).containsExactly(values);
        assertThat(clients.query("select string_agg(value, ',' order by value) from kept"))
                .isEqualTo(String.join(",", values));
        assertThat(clients.retained(RETAINED))
                .isEqualTo(StackClients.utf8(List.of(values).get(values.length - 1)));
    }
}
