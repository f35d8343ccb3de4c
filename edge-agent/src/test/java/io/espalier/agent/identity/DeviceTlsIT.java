package io.espalier.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.link.Backoff;
import io.espalier.agent.link.MqttAddress;
import io.espalier.agent.shadow.CommandLink;
import io.espalier.agent.telemetry.KafkaTelemetrySink;
import io.espalier.agent.telemetry.SpoolRecord;
import io.espalier.agent.toys.ToyTrust;
import io.espalier.pki.AuthorityFolder;
import io.espalier.pki.SigningRequest;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.Connection;
import io.espalier.stack.Service;
import io.espalier.stack.Stack;
import io.espalier.stack.Stacks;
import io.espalier.tls.CertifiedSubject;
import io.espalier.tls.Pem;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device with certificates meets real servers that ask for them. Its clock is years ahead. */
class DeviceTlsIT {
    private static final Topics TOPICS = new Topics("default");
    private static final long PATIENCE_SECONDS = 60;
    private static final Clock WRONG = Clock.fixed(Instant.parse("2049-01-01T00:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path folder;

    private final List<BigInteger> serials = new ArrayList<>();

    @Test
    void speaksToBrokerAndKafkaTakesUpTheNextCertificateAndEndsWhenItIsRevoked() throws Exception {
        AuthorityFolder authority = AuthorityFolder.open(
                folder.resolve("pki"), "secret".toCharArray(), Clock.systemUTC(), new SecureRandom());
        DeviceIdentity identity = ToyIdentity.in(Files.createDirectory(folder.resolve("state")));
        DeviceTls tls =
                ToyIdentity.tls(identity, Optional.of(authority.authority().fingerprint()), WRONG);
        certify(authority, identity);
        try (Stack stack = Stacks.withAuthority(authority, EnumSet.of(Service.KAFKA, Service.MQTT))) {
            Semaphore connected = new Semaphore(0);
            CommandLink link = link(stack.endpoints().mqttUrl(), tls);
            link.listen(connected::release, desired -> {}, root -> {});
            identity.onChange(link::reconnect);
            Thread thread = new Thread(link);
            thread.start();
            try {
                assertThat(connected.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .as("connects over TLS")
                        .isTrue();
                assertThat(delivered(stack, tls)).isEqualTo(1);

                certify(authority, identity);
                assertThat(connected.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .as("connects again with the next certificate")
                        .isTrue();
                authority.revoke(serials.subList(0, 1));
                assertThat(delivered(stack, tls)).isEqualTo(1);
                assertThat(link.isUp()).isTrue();

                authority.revoke(serials);
                assertThat(delivered(stack, tls)).isZero();
                awaitDown(link);
                assertThat(connected.tryAcquire(2, TimeUnit.SECONDS))
                        .as("comes back though it is revoked")
                        .isFalse();
            } finally {
                thread.interrupt();
                thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            }
        }
    }

    private void certify(AuthorityFolder authority, DeviceIdentity identity) throws Exception {
        var chain = authority
                .authority()
                .device(
                        SigningRequest.of(identity.request()),
                        new CertifiedSubject.Device("default", ToyIdentity.DEVICE),
                        Duration.ofHours(1));
        serials.add(chain.get(0).getSerialNumber());
        identity.install(Pem.of(chain), Optional.of(authority.authority().fingerprint()));
    }

    private CommandLink link(String url, DeviceTls tls) throws Exception {
        return new CommandLink(
                new MqttAddress(
                        url,
                        TOPICS.clientId(ToyIdentity.DEVICE, Connection.COMMAND),
                        ToyIdentity.DEVICE.value(),
                        "",
                        tls),
                TOPICS,
                ToyIdentity.DEVICE,
                "test",
                WRONG,
                new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), new SplittableRandom(1)),
                ToyTrust.of(folder.resolve("trust.pb"), ToyIdentity.DEVICE, WRONG),
                ToyTrust.time(WRONG),
                () -> {});
    }

    private static int delivered(Stack stack, DeviceTls tls) throws InterruptedException {
        try (KafkaTelemetrySink sink = new KafkaTelemetrySink(
                stack.endpoints().kafkaBootstrapServers(),
                "default",
                ToyIdentity.DEVICE,
                Optional.of(tls),
                (type, id, record) -> new byte[0])) {
            return sink.deliver(List.of(new SpoolRecord(SpoolRecord.Kind.EVENT, 1, 1, 0, new byte[] {1})))
                    .acknowledged();
        }
    }

    private static void awaitDown(CommandLink link) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (link.isUp() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50)); // Nothing announces it to a test.
        }
        assertThat(link.isUp()).as("stays though it is revoked").isFalse();
    }
}
