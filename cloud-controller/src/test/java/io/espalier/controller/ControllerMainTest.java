package io.espalier.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControllerMainTest {
    private static final String HOST = "127.0.0.1";

    @Test
    void findsATakenPortOutBeforeItDisturbsWhoeverHasIt() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            String port = Integer.toString(taken.getLocalPort());
            assertThatThrownBy(() -> ControllerMain.requireFree(HOST, port, "--port "))
                    .hasMessageContaining("cannot listen on port " + port)
                    .hasMessageContaining("such as --port ");
        }
    }

    @Test
    void saysWhereTheConsoleIs() {
        assertThat(ControllerMain.consoleAt(HOST, 8787)).isEqualTo("Console http://127.0.0.1:8787");
        assertThat(ControllerMain.consoleAt("controller.example", 80))
                .isEqualTo("Console http://controller.example:80");
        assertThat(ControllerMain.consoleAt("::1", 8787)).isEqualTo("Console http://[::1]:8787");
        assertThat(ControllerMain.consoleAt("0.0.0.0", 8787))
                .isEqualTo("Console http://127.0.0.1:8787, and at every other address of this machine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "abc", "99999"})
    void leavesPortsThatAreNoneToTheServer(String port) {
        assertThatCode(() -> ControllerMain.requireFree(HOST, port, "--port ")).doesNotThrowAnyException();
    }
}
