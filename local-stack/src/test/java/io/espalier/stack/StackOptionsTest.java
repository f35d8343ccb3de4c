package io.espalier.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StackOptionsTest {
    @Test
    void takesAPortForEachServer() {
        StackOptions options = StackOptions.parse("--data", "d", "--mqtt-port", "1883", "--exit-with-parent");

        assertThat(options.ports()).isEqualTo(Map.of(Service.MQTT, 1883));
        assertThat(options.data()).isAbsolute().endsWithRaw(java.nio.file.Path.of("d"));
        assertThat(options.exitWithParent()).isTrue();
    }

    @Test
    void listsEverythingThatIsWrong() {
        assertThatThrownBy(() -> StackOptions.parse("--kafka-port", "70000", "--mqtt-port", "x", "--what"))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("--kafka-port must be a port from 1 to 65535, not \"70000\"")
                .hasMessageContaining("--mqtt-port must be a port from 1 to 65535, not \"x\"")
                .hasMessageContaining("Unknown option \"--what\"")
                .hasMessageContaining("--data DIR is missing");
    }

    @Test
    void takesValuesBehindAnEqualsSign() {
        StackOptions options = StackOptions.parse("--data=d=1", "--kafka-port=9092");

        assertThat(options.data()).endsWithRaw(java.nio.file.Path.of("d=1"));
        assertThat(options.ports()).isEqualTo(Map.of(Service.KAFKA, 9092));
    }

    @Test
    void saysThatAValueIsMissing() {
        assertThatThrownBy(() -> StackOptions.parse("--data", "d", "--kafka-port"))
                .hasMessageContaining("--kafka-port needs a value")
                .hasMessageContaining("See ./espalier stack --help");
    }

    @Test
    void refusesOnePortForTwoServers() {
        assertThatThrownBy(() -> StackOptions.parse("--data", "d", "--kafka-port", "9092", "--mqtt-port", "9092"))
                .hasMessageContaining("cannot share one port");
    }

    @Test
    void refusesAFolderThatKafkaWouldTakeForTwo() {
        assertThatThrownBy(() -> StackOptions.parse("--data", "a,b")).hasMessageContaining("must not contain a comma");
    }

    @Test
    void takesTheFolderOfACertificateAuthorityWithItsPassphrase() {
        StackOptions options = StackOptions.parse("--data", "d", "--pki", "p", "--pki-passphrase=f");

        assertThat(options.pki()).hasValueSatisfying(pki -> {
            assertThat(pki.folder()).isAbsolute().endsWithRaw(java.nio.file.Path.of("p"));
            assertThat(pki.passphraseFile()).endsWithRaw(java.nio.file.Path.of("f"));
        });
        assertThatThrownBy(() -> StackOptions.parse("--data", "d", "--pki", "p"))
                .hasMessageContaining("--pki DIR and --pki-passphrase FILE go together");
    }
}
