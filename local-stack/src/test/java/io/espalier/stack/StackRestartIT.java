package io.espalier.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.KafkaTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackRestartIT {
    private static final String RETAINED = "espalier/v1/default/devices/pi/desired";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

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
            assertThat(Postmaster.owning(data())).isEmpty();
        }
        Postmaster orphan;
        try (StackProcess stack = StackProcess.launch(folder)) {
            stack.awaitReady();
            assertThat(stack.endpoints()).isEqualTo(first);
            StackClients clients = new StackClients(first);
            assertHolds(clients, "one");
            write(clients, "two");
            orphan = Postmaster.owning(data()).orElseThrow();
            killGuard(stack);
            stack.kill();
        }
        assertThat(orphan.process().isAlive()).isTrue();
        try (StackProcess stack = StackProcess.launch(folder)) {
            stack.awaitReady();
            assertThat(orphan.process().isAlive()).isFalse();
            assertThat(stack.endpoints()).isEqualTo(first);
            assertHolds(new StackClients(first), "one", "two");
        }
    }

    @Test
    void startsAPostgresAgainThatDied() throws Exception {
        try (StackProcess stack = StackProcess.launch(folder)) {
            stack.awaitReady();
            StackClients clients = new StackClients(stack.endpoints());
            clients.execute("create table kept as select 7 as value");

            ProcessHandle dead = Postmaster.owning(data()).orElseThrow().process();
            dead.destroyForcibly();
            dead.onExit().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);

            assertThat(clients.queryOnceUp("select value from kept", TIMEOUT)).isEqualTo("7");
        }
    }

    @Test
    void takesItsPostgresAlongWhenItIsKilled() throws Exception {
        ProcessHandle postgres;
        try (StackProcess stack = StackProcess.launch(folder)) {
            stack.awaitReady();
            postgres = Postmaster.owning(data()).orElseThrow().process();
            stack.kill();
        }
        postgres.onExit().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(Postmaster.owning(data())).isEmpty();
    }

    private Path data() {
        return folder.resolve("postgres/data");
    }

    /** Makes the next kill leave an orphan. */
    private static void killGuard(StackProcess stack) throws Exception {
        for (ProcessHandle child : stack.process().children().toList()) {
            if (child.info().command().filter(command -> command.endsWith("sh")).isPresent()) {
                child.destroyForcibly();
                child.onExit().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            }
        }
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
