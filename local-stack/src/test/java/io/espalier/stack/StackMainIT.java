package io.espalier.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackMainIT {
    @TempDir
    Path folder;

    @Test
    void tellsPeopleAndProgramsWhenItIsReadyAndKeepsOthersOut() throws Exception {
        try (StackProcess stack = StackProcess.launch(folder)) {
            List<String> lines = stack.awaitReady();
            assertThat(lines).hasSize(3);
            assertThat(lines.get(0)).contains("Kafka, MQTT and PostgreSQL").contains(folder.toString());
            assertThat(lines.get(2))
                    .startsWith("READY {\"jdbc.password\":\"")
                    .contains("\"mqtt.url\":\"" + stack.endpoints().mqttUrl() + "\"")
                    .contains("\"pid\":\"" + stack.process().pid() + "\"");

            try (StackProcess second = StackProcess.launch(folder)) {
                assertThat(second.awaitExit()).isEqualTo(4);
                assertThat(second.error())
                        .contains(folder.toString())
                        .contains("another stack runs on it (pid "
                                + stack.process().pid() + ")");
            }

            assertThat(stack.endInput()).isZero();
            assertThat(Postmaster.owning(folder.resolve("postgres/data"))).isEmpty();
        }
    }

    @Test
    void namesAPortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(Ports.LOOPBACK))) {
            String port = Integer.toString(taken.getLocalPort());
            try (StackProcess stack = StackProcess.launch(folder, "--mqtt-port", port)) {
                assertThat(stack.awaitExit()).isEqualTo(2);
                assertThat(stack.error())
                        .contains("Port " + port + " for MQTT")
                        .containsPattern("such as --mqtt-port [0-9]+");
            }
        }
    }

    @Test
    void refusesAFileAsItsFolder() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        try (StackProcess stack = StackProcess.launch(file)) {
            assertThat(stack.awaitExit()).isEqualTo(4);
            assertThat(stack.error()).contains("Data directory " + file + " cannot be used");
        }
    }

    @Test
    void speaksTlsOnlyWhereItHasACertificateAuthority() throws Exception {
        Path pki = folder.resolve("pki");
        try (StackProcess stack = StackProcess.launch(
                folder.resolve("stack"),
                "--pki",
                pki.toString(),
                "--pki-passphrase",
                folder.resolve("pki.passphrase").toString())) {
            assertThat(stack.awaitReady().get(2))
                    .contains("\"kafka.security.protocol\":\"SSL\"")
                    .contains("\"tls.authority\":\"" + pki.resolve("ca.pem") + "\"");

            assertThat(stack.endpoints().mqttUrl()).startsWith("ssl://127.0.0.1:");
            assertThat(pki.resolve("mqtt.pem")).exists();
            assertThat(stack.endInput()).isZero();
        }
    }
}
