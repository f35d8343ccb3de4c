package io.espalier.controller.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class DatabaseTroubleTest {
    @Test
    void isSaidWithoutClassesAndWithoutAFullStop() {
        SQLException refused = new SQLException("Connection refused. Check that it is accepting TCP/IP connections.");

        assertThat(DatabaseTrouble.inWords(new IllegalStateException(refused)))
                .isEqualTo("Connection refused. Check that it is accepting TCP/IP connections");
    }

    @Test
    void leavesOtherFailuresTheirOwnWords() {
        String said = "The authority's folder pki cannot be used (permission denied): is it there and writable?";

        assertThat(DatabaseTrouble.inWords(new UncheckedIOException(said, new AccessDeniedException("pki/ca.tmp"))))
                .isEqualTo(said);
    }

    @Test
    void isOneLine() {
        SQLException missing = new SQLException("ERROR: relation \"job\" does not exist\n  Position: 15");

        assertThat(DatabaseTrouble.inWords(missing)).isEqualTo("ERROR: relation \"job\" does not exist");
    }

    @Test
    void namesTheFailureThatSaysNothing() {
        assertThat(DatabaseTrouble.inWords(new IllegalStateException())).isEqualTo("IllegalStateException");
    }
}
