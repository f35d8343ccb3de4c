package io.espalier.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.agent.state.PowerCut;
import io.espalier.agent.toys.ToyCertifier;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceIdentityTest {
    private static final Duration WEEK = Duration.ofDays(7);

    @TempDir
    Path folder;

    private final ToyCertifier certifier = new ToyCertifier(Clock.systemUTC());

    @Test
    void keepsItsKeyAndItsCertificate() throws Exception {
        DeviceIdentity identity = ToyIdentity.in(folder);
        assertThat(identity.certified()).isEmpty();
        identity.install(certified(identity), Optional.of(certifier.fingerprint()));

        DeviceIdentity again = ToyIdentity.in(folder);

        assertThat(again.certified()).isEqualTo(identity.certified()).isPresent();
        assertThat(again.authority()).isEqualTo(identity.authority());
    }

    @Test
    void hidesItsKey() throws Exception {
        ToyIdentity.in(folder);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("device.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void hasTheOldCertificateOrTheNewOneWhereverThePowerIsCut() throws Exception {
        DeviceIdentity first = ToyIdentity.in(folder);
        first.install(certified(first), Optional.empty());
        X509Certificate old = first.certified().orElseThrow().certificate();
        String next = certified(first);
        int cuts = 0;
        boolean done = false;
        while (!done) {
            try {
                ToyIdentity.in(folder, new PowerCut(cuts)).install(next, Optional.empty());
                done = true;
            } catch (PowerCut.Dark e) {
                cuts++;
                X509Certificate found =
                        ToyIdentity.in(folder).certified().orElseThrow().certificate();
                assertThat(List.of(old, io.espalier.tls.Pem.certificates(next).get(0)))
                        .contains(found);
            }
        }
        assertThat(cuts).isGreaterThan(2);
    }

    @Test
    void refusesCertificatesOfOthers() throws Exception {
        DeviceIdentity identity = ToyIdentity.in(folder);
        DeviceIdentity stranger = ToyIdentity.in(Files.createDirectory(folder.resolve("stranger")));

        assertThatThrownBy(() -> identity.install(certified(stranger), Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another key");
        assertThatThrownBy(() -> identity.install(
                        certifier.certify(identity.request(), new DeviceId("d2"), WEEK), Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not name device d1");
        assertThatThrownBy(() -> identity.install(certified(identity), Optional.of(Sha256.of(new byte[0]))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("was told to believe in");
        assertThat(identity.certified()).isEmpty();
    }

    @Test
    void tellsOfEachNewCertificate() throws Exception {
        DeviceIdentity identity = ToyIdentity.in(folder);
        int[] told = {0};
        identity.onChange(() -> told[0]++);

        identity.install(certified(identity), Optional.empty());

        assertThat(told[0]).isEqualTo(1);
    }

    private String certified(DeviceIdentity identity) {
        return certifier.certify(identity.request(), ToyIdentity.DEVICE, WEEK);
    }
}
