package io.espalier.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys, certificates and revocations as text. Text that cannot be read is an {@link IllegalArgumentException}.
 *
 * <p><i>Source:</i> RFC 7468.
 */
public final class Pem {
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final String PUBLIC_KEY = "PUBLIC KEY";
    private static final String CRL = "X509 CRL";
    private static final int LINE = 64;
    private static final int MOST_CHARACTERS = 4 << 20;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private Pem() {}

    /** Certificates, in the order given. */
    public static String of(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate each : certificates) {
            text.append(block(CERTIFICATE, der(each)));
        }
        return text.toString();
    }

    /** A private key, as PKCS#8. */
    public static String of(PrivateKey key) {
        return block(PRIVATE_KEY, key.getEncoded());
    }

    /** A public key, as X.509 writes it. */
    public static String of(PublicKey key) {
        return block(PUBLIC_KEY, key.getEncoded());
    }

    public static String of(X509CRL crl) {
        try {
            return block(CRL, crl.getEncoded());
        } catch (CRLException e) {
            throw new IllegalArgumentException("The revocation list cannot be written", e);
        }
    }

    /** Every certificate in the text, in order, at least one. */
    public static List<X509Certificate> certificates(String text) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (byte[] each : blocks(text, CERTIFICATE)) {
            certificates.add(certificate(each));
        }
        return List.copyOf(certificates);
    }

    /** One certificate of its DER encoding. */
    public static X509Certificate certificate(byte[] der) {
        try {
            return (X509Certificate) factory().generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new IllegalArgumentException("Not a certificate: " + e.getMessage(), e);
        }
    }

    /** The first private key in the text, which must be of the curve P-256 (or another of EC). */
    public static PrivateKey privateKey(String text) {
        try {
            return KeyFactory.getInstance("EC")
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(blocks(text, PRIVATE_KEY).get(0)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("Not a private key of an elliptic curve: " + e.getMessage(), e);
        }
    }

    /** The first public key in the text, of an elliptic curve. */
    public static PublicKey publicKey(String text) {
        try {
            return KeyFactory.getInstance("EC")
                    .generatePublic(
                            new X509EncodedKeySpec(blocks(text, PUBLIC_KEY).get(0)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("Not a public key of an elliptic curve: " + e.getMessage(), e);
        }
    }

    public static X509CRL crl(String text) {
        try {
            return (X509CRL) factory()
                    .generateCRL(new ByteArrayInputStream(blocks(text, CRL).get(0)));
        } catch (CRLException e) {
            throw new IllegalArgumentException("Not a revocation list: " + e.getMessage(), e);
        }
    }

    /** The DER encoding, without the exception that a certificate which was read cannot give. */
    public static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("The certificate cannot be written", e);
        }
    }

    private static List<byte[]> blocks(String text, String label) {
        if (text.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException("PEM text of " + text.length() + " characters is too long");
        }
        List<byte[]> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1).equals(label)) {
                blocks.add(Base64.getMimeDecoder().decode(matcher.group(2)));
            }
        }
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException("There is no block BEGIN " + label + " in the text");
        }
        return blocks;
    }

    private static String block(String label, byte[] content) {
        String body = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    private static CertificateFactory factory() {
        try {
            return CertificateFactory.getInstance("X.509");
        } catch (CertificateException e) {
            throw new IllegalStateException("Every Java runtime must offer X.509", e);
        }
    }
}
