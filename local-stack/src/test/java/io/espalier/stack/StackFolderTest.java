package io.espalier.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackFolderTest {
    private static final Endpoints ENDPOINTS = new Endpoints(Map.of(
            Endpoints.KAFKA_BOOTSTRAP_SERVERS, "127.0.0.1:1111",
            Endpoints.MQTT_URL, "tcp://127.0.0.1:2222",
            Endpoints.JDBC_URL, "jdbc:postgresql://127.0.0.1:3333/espalier"));

    @TempDir
    Path path;

    @Test
    void findsThePortsOfTheFormerRunAgain() {
        try (StackFolder folder = StackFolder.open(path)) {
            folder.publish(ENDPOINTS);

            assertThat(folder.ports(Map.of()))
                    .isEqualTo(Map.of(Service.KAFKA, 1111, Service.MQTT, 2222, Service.POSTGRES, 3333));
        }
    }

    @Test
    void refusesADiskWithTooLittleRoom() {
        try (StackFolder folder = StackFolder.open(path)) {
            folder.requireRoom(1);

            assertThatThrownBy(() -> folder.requireRoom(Long.MAX_VALUE))
                    .isInstanceOf(StackException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining(
                            "MB are needed: make room, or choose a folder on another disk with --data DIR");
        }
    }

    @Test
    void prefersAChosenPort() {
        try (StackFolder folder = StackFolder.open(path)) {
            folder.publish(ENDPOINTS);

            assertThat(folder.ports(Map.of(Service.MQTT, 1883))).containsEntry(Service.MQTT, 1883);
        }
    }

    @Test
    void hidesThePasswordFromOtherUsers() throws IOException {
        try (StackFolder folder = StackFolder.open(path)) {
            folder.publish(ENDPOINTS);

            assertThat(Files.getPosixFilePermissions(path.resolve("stack.properties")))
                    .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        }
    }

    @Test
    void refusesAFolderThatAnotherStackHolds() {
        try (StackFolder folder = StackFolder.open(path)) {
            folder.publish(ENDPOINTS);

            assertThatThrownBy(() -> StackFolder.open(path))
                    .isInstanceOf(StackException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("another stack runs on it (pid "
                            + ProcessHandle.current().pid() + ")");
        }
    }

    @Test
    void opensAgainOnceClosed() {
        StackFolder.open(path).close();

        StackFolder.open(path).close();
    }

    @Test
    void refusesAFileInThePlaceOfTheFolder() throws IOException {
        Path file = Files.createFile(path.resolve("file"));

        assertThatThrownBy(() -> StackFolder.open(file))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("Data directory " + file + " cannot be used: a file is in the way")
                .hasMessageContaining("--data DIR");
    }

    @Test
    void ignoresARecordedPortThatIsNone() throws IOException {
        Files.writeString(path.resolve("stack.properties"), Endpoints.MQTT_URL + "=nonsense\n");

        try (StackFolder folder = StackFolder.open(path)) {
            assertThat(folder.ports(Map.of())).containsOnlyKeys(Service.values());
        }
    }
}
