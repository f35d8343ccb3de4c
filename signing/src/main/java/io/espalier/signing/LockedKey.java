package io.espalier.signing;

import io.espalier.proto.v1.KeyAlgorithm;
import io.espalier.trust.VerificationKey;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Properties;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A private key as text that is safe at rest: encrypted by AES-256-GCM under a key that PBKDF2 makes of a passphrase. The
 * public half is readable, and bound to the private one by the cipher's tag.
 *
 * <p><i>Source:</i> RFC 8018 (PBKDF2), NIST SP 800-38D (GCM); the number of rounds follows OWASP's advice for HMAC-SHA-512.
 */
public final class LockedKey {
    private static final String ED25519 = "Ed25519";
    private static final String EC = "EC";
    private static final String FORMAT = "espalier-key-1";
    private static final String KDF = "PBKDF2WithHmacSHA512";
    private static final int ROUNDS = 210_000;
    private static final int MOST_ROUNDS = 10_000_000;
    private static final int SALT_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int KEY_BITS = 256;

    private LockedKey() {}

    public static byte[] lock(Signer signer, char[] passphrase, SecureRandom random) {
        return lock(ED25519, signer.publicKey().getPublicKey().toByteArray(), signer.encoded(), passphrase, random);
    }

    /** Locks a pair of the curve P-256, such as that of a certificate authority. */
    public static byte[] lock(KeyPair pair, char[] passphrase, SecureRandom random) {
        return lock(EC, pair.getPublic().getEncoded(), pair.getPrivate().getEncoded(), passphrase, random);
    }

    private static byte[] lock(String algorithm, byte[] shown, byte[] secret, char[] passphrase, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(salt);
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, passphrase, salt, ROUNDS, nonce, shown);
            String text = "# An Espalier key, locked by a passphrase.\n"
                    + "format=" + FORMAT + "\nalgorithm=" + algorithm + "\nkdf=" + KDF + "\nrounds=" + ROUNDS
                    + "\nsalt=" + base64(salt) + "\nnonce=" + base64(nonce)
                    + "\npublic=" + base64(shown) + "\nlocked=" + base64(cipher.doFinal(secret)) + "\n";
            return text.getBytes(StandardCharsets.US_ASCII);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime must offer " + KDF + " and AES-GCM", e);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** Throws where the text is not a locked signing key, or the passphrase is not the one it was locked with. */
    public static Signer unlock(byte[] text, char[] passphrase, String name) {
        KeyPair pair = unlock(text, passphrase, name, ED25519);
        return new Signer(
                VerificationKey.message(KeyAlgorithm.KEY_ALGORITHM_ED25519, pair.getPublic()), pair.getPrivate(), null);
    }

    /** Throws where the text is not a locked pair of P-256, or the passphrase is not the one it was locked with. */
    public static KeyPair unlockPair(byte[] text, char[] passphrase, String name) {
        return unlock(text, passphrase, name, EC);
    }

    private static KeyPair unlock(byte[] text, char[] passphrase, String name, String algorithm) {
        Properties fields = fields(text, name);
        try {
            byte[] shown = bytes(fields, "public");
            int rounds = Integer.parseInt(fields.getProperty("rounds", ""));
            if (!FORMAT.equals(fields.getProperty("format"))
                    || !algorithm.equals(fields.getProperty("algorithm", ED25519))
                    || !KDF.equals(fields.getProperty("kdf"))
                    || rounds < 1
                    || rounds > MOST_ROUNDS) {
                throw new CustodyException(name + " is not a key (" + algorithm + ") of the format " + FORMAT);
            }
            Cipher cipher = cipher(
                    Cipher.DECRYPT_MODE, passphrase, bytes(fields, "salt"), rounds, bytes(fields, "nonce"), shown);
            byte[] secret = cipher.doFinal(bytes(fields, "locked"));
            try {
                KeyFactory keys = KeyFactory.getInstance(algorithm);
                return new KeyPair(
                        keys.generatePublic(new X509EncodedKeySpec(shown)),
                        keys.generatePrivate(new PKCS8EncodedKeySpec(secret)));
            } finally {
                Arrays.fill(secret, (byte) 0);
            }
        } catch (AEADBadTagException e) {
            throw new CustodyException(name + " does not open: the passphrase is another, or the file was changed", e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new CustodyException(name + " is not a locked key: " + e.getMessage(), e);
        }
    }

    private static Properties fields(byte[] text, String name) {
        Properties fields = new Properties();
        try {
            fields.load(new StringReader(new String(text, StandardCharsets.US_ASCII)));
            return fields;
        } catch (IOException | IllegalArgumentException e) {
            throw new CustodyException(name + " is not a locked key: " + e.getMessage(), e);
        }
    }

    private static Cipher cipher(int mode, char[] passphrase, byte[] salt, int rounds, byte[] nonce, byte[] bound)
            throws GeneralSecurityException {
        PBEKeySpec spec = new PBEKeySpec(passphrase, salt, rounds, KEY_BITS);
        byte[] derived = SecretKeyFactory.getInstance(KDF).generateSecret(spec).getEncoded();
        SecretKey key = new SecretKeySpec(derived, "AES");
        spec.clearPassword();
        Arrays.fill(derived, (byte) 0);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(bound);
        return cipher;
    }

    private static byte[] bytes(Properties fields, String name) {
        return Base64.getDecoder().decode(fields.getProperty(name, "").strip());
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
