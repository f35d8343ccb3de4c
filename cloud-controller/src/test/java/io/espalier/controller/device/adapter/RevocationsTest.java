package io.espalier.controller.device.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.device.InMemoryCertificateBook;
import io.espalier.controller.pki.Authority;
import io.espalier.pki.SigningRequest;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RevocationsTest {
    private final CountingAuthority authority = new CountingAuthority();
    private final Revocations revocations =
            new Revocations(new InMemoryCertificateBook(), authority, Clock.systemUTC());

    @Test
    void writesTheListAtTheStartAndOnceAnHour() {
        turns(60);
        assertThat(authority.lists).isEqualTo(1);

        turns(1);
        assertThat(authority.lists).isEqualTo(2);
    }

    @Test
    void triesAgainEachMinuteAsLongAsTheListCannotBeWritten() {
        authority.full = true;
        turns(3);
        assertThat(authority.lists).isEqualTo(3);

        authority.full = false;
        turns(60);
        assertThat(authority.lists).isEqualTo(4);
    }

    @Test
    void triesAgainWithinAMinuteWhereTheListCannotBeWrittenAfterAChange() {
        turns(1);
        authority.full = true;
        revocations.publish();
        assertThat(authority.lists).isEqualTo(2);

        authority.full = false;
        turns(2);
        assertThat(authority.lists).isEqualTo(3);
    }

    private void turns(int count) {
        for (int i = 0; i < count; i++) {
            revocations.turn();
        }
    }

    private static final class CountingAuthority implements Authority {
        private int lists;
        private boolean full;

        @Override
        public void revokeOnly(Set<BigInteger> serials) {
            lists++;
            if (full) {
                throw new UncheckedIOException(new IOException("No space left on device"));
            }
        }

        @Override
        public X509Certificate certificate() {
            throw new AssertionError("nothing is certified here");
        }

        @Override
        public Sha256 fingerprint() {
            throw new AssertionError("nothing is certified here");
        }

        @Override
        public X509Certificate certify(SigningRequest request, DeviceId device) {
            throw new AssertionError("nothing is certified here");
        }
    }
}
