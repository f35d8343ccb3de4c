package io.espalier.signing;

import com.google.protobuf.ByteString;
import io.espalier.fuzz.Fuzzing;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Assignment;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.KeyAlgorithm;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.Release;
import io.espalier.proto.v1.TrustState;
import io.espalier.trust.RejectedException;
import io.espalier.trust.Role;
import io.espalier.trust.TrustStore;
import io.espalier.trust.TrustStore.Moment;
import io.espalier.trust.TrustedRoot;
import io.espalier.trust.Verdict;
import io.espalier.trust.VerificationKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignedDocumentsFuzzTest {
    @Test
    void areBelievedOrRejectedForAReasonWhateverTheySay() throws IOException, InterruptedException {
        Fuzzing.of(SignedDocuments.class)
                .from(SignedDocuments.seed(0, SignedDocuments.ROOT.message().toByteArray()))
                .from(SignedDocuments.seed(1, SignedDocuments.release().toByteArray()))
                .from(SignedDocuments.seed(2, SignedDocuments.assignment().toByteArray()))
                .from(SignedDocuments.seed(3, SignedDocuments.ROOT.envelope()))
                .from(SignedDocuments.seed(4, SignedDocuments.TRUST.toBytes()))
                .findsNothing();
    }

    /** Documents with good signatures, so that what lies behind the check of these is reached too. */
    public static final class SignedDocuments {
        private static final String TENANT = "default";
        private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
        private static final DeviceId DEVICE = new DeviceId("camera");
        private static final Sha256 ARTIFACT =
                Sha256.of(Manifest.getDefaultInstance().toByteArray());
        private static final Signer KEY = key();
        private static final TrustedRoot ROOT = root();
        private static final TrustStore TRUST = trust();

        private SignedDocuments() {}

        /** The first byte says which document the others are. */
        public static void fuzzerTestOneInput(byte[] input) {
            if (input.length == 0) {
                return;
            }
            byte[] bytes = ByteString.copyFrom(input, 1, input.length - 1).toByteArray();
            switch (input[0] % 5) {
                case 0 -> {
                    byte[] envelope = signed(Role.ROOT, bytes);
                    TrustedRoot.anchor(envelope);
                    TRUST.follow(envelope);
                }
                case 1 -> {
                    byte[] envelope = signed(Role.RELEASE, bytes);
                    TRUST.judgeRelease(envelope, ARTIFACT, "amd64/cpu", 0, NOW);
                    TRUST.vouch(envelope);
                }
                case 2 -> {
                    byte[] envelope = signed(Role.ASSIGNMENT, bytes);
                    TRUST.judgeAssignment(envelope, DEVICE, true, new Moment(NOW, true));
                    TrustStore.claimedNonce(envelope);
                }
                case 3 -> {
                    TrustedRoot.anchor(bytes);
                    TRUST.judgeRelease(bytes, ARTIFACT, "amd64/cpu", 0, NOW);
                    TRUST.judgeAssignment(bytes, DEVICE, false, new Moment(NOW, false));
                    TrustStore.claimedNonce(bytes);
                }
                default -> TrustStore.parse(bytes);
            }
        }

        private static byte[] seed(int kind, byte[] document) {
            return ByteString.copyFrom(new byte[] {(byte) kind})
                    .concat(ByteString.copyFrom(document))
                    .toByteArray();
        }

        private static byte[] signed(Role role, byte[] payload) {
            return Signer.envelope(role, payload, List.of(KEY));
        }

        private static TrustedRoot root() {
            RootDraft draft = RootDraft.first(TENANT);
            for (Role role : Role.values()) {
                draft.add(role, KEY.publicKey());
            }
            return value(TrustedRoot.anchor(
                    signed(Role.ROOT, draft.build(NOW, Duration.ofDays(1)).toByteArray())));
        }

        private static TrustStore trust() {
            return value(TrustStore.parse(TrustState.newBuilder()
                    .addRoots(ByteString.copyFrom(ROOT.envelope()))
                    .build()
                    .toByteArray()));
        }

        private static <T> T value(Verdict<T> verdict) {
            try {
                return verdict.orThrow();
            } catch (RejectedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** The same in every process, so that seeds made in one are good in the other. */
        private static Signer key() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
                generator.initialize(NamedParameterSpec.ED25519, new SecureRandom() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public void nextBytes(byte[] bytes) {
                        Arrays.fill(bytes, (byte) 7);
                    }
                });
                KeyPair pair = generator.generateKeyPair();
                return new Signer(
                        VerificationKey.message(KeyAlgorithm.KEY_ALGORITHM_ED25519, pair.getPublic()),
                        pair.getPrivate(),
                        null);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private static Release release() {
            return Release.newBuilder()
                    .setTenant(TENANT)
                    .setGeneration(ROOT.role(Role.RELEASE).generation())
                    .setTarget("model")
                    .setVersion(1)
                    .setCreatedAtMillis(NOW.toEpochMilli())
                    .setExpiresAtMillis(NOW.plusSeconds(60).toEpochMilli())
                    .setManifest(Manifest.getDefaultInstance().toByteString())
                    .build();
        }

        private static Assignment assignment() {
            return Assignment.newBuilder()
                    .setTenant(TENANT)
                    .setGeneration(ROOT.role(Role.ASSIGNMENT).generation())
                    .setDeviceId(DEVICE.value())
                    .setIssuedAtMillis(NOW.toEpochMilli())
                    .setExpiresAtMillis(NOW.plusSeconds(60).toEpochMilli())
                    .setDesired(Desired.newBuilder().setDeviceId(DEVICE.value()).setVersion(1))
                    .build();
        }
    }
}
