package io.espalier.signing;

import io.espalier.proto.v1.KeyAlgorithm;
import io.espalier.trust.VerificationKey;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Keys in a PKCS#11 token, such as a hardware security module: they sign there and never leave.
 *
 * <p>Java's PKCS#11 provider cannot sign with Ed25519, so these are ECDSA keys on P-256. Each needs a certificate beside it
 * in the token, a self-signed one will do, for Java finds a private key only by its certificate ({@code keytool -genkeypair
 * -keyalg EC -groupname secp256r1 -storetype PKCS11} makes both).
 */
public final class Pkcs11Token {
    private static final int P256_BITS = 256;

    private final Provider provider;
    private final KeyStore store;

    private Pkcs11Token(Provider provider, KeyStore store) {
        this.provider = provider;
        this.store = store;
    }

    /** Logs in. {@code configuration} is a file as the provider SunPKCS11 reads it: name, library, slot. */
    public static Pkcs11Token open(Path configuration, char[] pin) {
        Provider prototype = Security.getProvider("SunPKCS11");
        if (prototype == null) {
            throw new CustodyException("This Java runtime has no PKCS#11 provider (module jdk.crypto.cryptoki)");
        }
        try {
            Provider provider = prototype.configure(configuration.toString());
            KeyStore store = KeyStore.getInstance("PKCS11", provider);
            store.load(null, pin);
            return new Pkcs11Token(provider, store);
        } catch (GeneralSecurityException | IOException | ProviderException | InvalidParameterException e) {
            throw new CustodyException(
                    "The PKCS#11 token of " + configuration + " cannot be used (" + rootCause(e)
                            + "): check the library, the slot and the PIN",
                    e);
        }
    }

    /** Every key that can sign here, with its alias. */
    public List<Named> signers() {
        List<Named> signers = new ArrayList<>();
        try {
            for (String alias : Collections.list(store.aliases())) {
                Certificate certificate = store.getCertificate(alias);
                if (store.isKeyEntry(alias)
                        && certificate != null
                        && certificate.getPublicKey() instanceof ECPublicKey key
                        && key.getParams().getCurve().getField().getFieldSize() == P256_BITS
                        && store.getKey(alias, null) instanceof PrivateKey secret) {
                    signers.add(new Named(alias, signer(key, secret)));
                }
            }
            return signers;
        } catch (GeneralSecurityException | ProviderException e) {
            throw new CustodyException("The PKCS#11 token cannot be read: " + rootCause(e), e);
        }
    }

    /** A key and the name it has in the token. */
    public record Named(String alias, Signer signer) {}

    /** The key of that name; throws where there is none that can sign. */
    public Signer signer(String alias) {
        List<Named> all = signers();
        return all.stream()
                .filter(each -> each.alias().equals(alias))
                .findFirst()
                .orElseThrow(() -> new CustodyException("The token has no P-256 key with a certificate named \"" + alias
                        + "\"; it has " + all.stream().map(Named::alias).toList()))
                .signer();
    }

    private Signer signer(PublicKey key, PrivateKey secret) {
        return new Signer(VerificationKey.message(KeyAlgorithm.KEY_ALGORITHM_ECDSA_P256, key), secret, provider);
    }

    private static String rootCause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
