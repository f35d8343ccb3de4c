package io.espalier.signing;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.host.FileTrouble;
import io.espalier.proto.v1.Envelope;
import io.espalier.proto.v1.KeyAlgorithm;
import io.espalier.proto.v1.TrustKey;
import io.espalier.proto.v1.TrustRoot;
import io.espalier.trust.Role;
import io.espalier.trust.TrustedRoot;
import io.espalier.trust.VerificationKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A root in a file, on its way from signature to signature. */
public final class RootFile {
    private static final int MOST_KEY_BYTES = 4096;

    private RootFile() {}

    public static byte[] read(Path file) {
        try {
            if (Files.size(file) > Role.ROOT.mostBytes()) {
                throw new CustodyException(file + " is longer than a root can be");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CustodyException(file + " cannot be read (" + FileTrouble.inWords(e) + ")", e);
        }
    }

    public static void write(Path file, byte[] envelope) {
        try {
            OwnerOnlyFile.replace(file.toAbsolutePath(), envelope);
        } catch (IOException e) {
            throw new CustodyException(file + " cannot be written (" + FileTrouble.inWords(e) + ")", e);
        }
    }

    /** The root with the signatures of those of these that are root keys of it, or of the one before. */
    public static byte[] envelope(TrustRoot root, TrustedRoot before, List<Signer> signers) {
        Set<String> counting = new HashSet<>(root.getRoot().getKeyIdsList());
        counting.addAll(before.role(Role.ROOT).keys().keySet());
        return Signer.envelope(
                Role.ROOT,
                root.toByteArray(),
                signers.stream()
                        .filter(signer -> counting.contains(signer.keyId()))
                        .toList());
    }

    /** Adds a signature. */
    public static byte[] sign(byte[] draft, Signer signer) {
        Envelope envelope = parse(draft);
        if (!envelope.getPayloadType().equals(Role.ROOT.payloadType())) {
            throw new CustodyException("This is not a root: its type is \"" + envelope.getPayloadType() + "\"");
        }
        return signer.addTo(envelope).toByteArray();
    }

    public static int signatures(byte[] envelope) {
        return parse(envelope).getSignaturesCount();
    }

    private static Envelope parse(byte[] bytes) {
        try {
            return Envelope.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new CustodyException("This is not a root: " + e.getMessage(), e);
        }
    }

    /** Reads a public key, Ed25519 or ECDSA on P-256, from its X.509 encoding in DER or PEM. */
    public static TrustKey publicKey(Path file) {
        try {
            if (Files.size(file) > MOST_KEY_BYTES) {
                throw new CustodyException(file + " is longer than a public key can be");
            }
            byte[] bytes = Files.readAllBytes(file);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            byte[] encoded = text.startsWith("-----BEGIN")
                    ? Base64.getMimeDecoder().decode(text.replaceAll("-----[^-]+-----", ""))
                    : bytes;
            return key(encoded, file);
        } catch (IOException e) {
            throw new CustodyException("Public key " + file + " cannot be read (" + FileTrouble.inWords(e) + ")", e);
        } catch (IllegalArgumentException e) {
            throw new CustodyException("Public key " + file + " is neither DER nor PEM: " + e.getMessage(), e);
        }
    }

    private static TrustKey key(byte[] encoded, Path file) {
        X509EncodedKeySpec spec = new X509EncodedKeySpec(encoded);
        try {
            try {
                return VerificationKey.message(
                        KeyAlgorithm.KEY_ALGORITHM_ED25519,
                        KeyFactory.getInstance("Ed25519").generatePublic(spec));
            } catch (InvalidKeySpecException notThat) {
                return VerificationKey.message(
                        KeyAlgorithm.KEY_ALGORITHM_ECDSA_P256,
                        KeyFactory.getInstance("EC").generatePublic(spec));
            }
        } catch (GeneralSecurityException e) {
            throw new CustodyException(
                    "Public key " + file + " is neither Ed25519 nor ECDSA in X.509 form: " + e.getMessage(), e);
        }
    }
}
