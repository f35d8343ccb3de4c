package io.espalier.pki;

import io.espalier.proto.Sha256;
import io.espalier.tls.CertificateRequest;
import io.espalier.tls.CertifiedSubject;
import io.espalier.tls.Pem;
import io.espalier.tls.TlsIdentity;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;

/**
 * Signs certificates for servers, services and devices, and the list of those that count no more. Every key is of the
 * curve P-256.
 *
 * <p><i>Source:</i> RFC 5280.
 */
public final class CertificateAuthority {
    private static final Duration LIFETIME = Duration.ofDays(3653);
    /** How far the clocks of those who check certificates may be behind, for all but the shortest of lives. */
    private static final Duration BACKDATED = Duration.ofHours(1);
    /** Within this time somebody has to sign a list anew, or those who are strict about lists trust nobody. */
    private static final Duration LIST_LIFETIME = Duration.ofDays(30);

    private static final int SERIAL_BITS = 127;
    private static final int NAME_BYTES = 4;
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final List<String> THIS_HOST = List.of("localhost", "127.0.0.1", "::1");

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final Clock clock;
    private final SecureRandom random;

    CertificateAuthority(X509Certificate certificate, PrivateKey key, Clock clock, SecureRandom random) {
        this.certificate = certificate;
        this.key = key;
        this.clock = clock;
        this.random = random;
    }

    /** An authority of its own, in memory. */
    public static CertificateAuthority draw(Clock clock, SecureRandom random) {
        KeyPair pair = CertificateRequest.drawKey(random);
        return new CertificateAuthority(selfSigned(pair, clock, random), pair.getPrivate(), clock, random);
    }

    static X509Certificate selfSigned(KeyPair pair, Clock clock, SecureRandom random) {
        byte[] name = new byte[NAME_BYTES];
        random.nextBytes(name);
        X500Name subject =
                distinguished("CN=Espalier authority " + HexFormat.of().formatHex(name) + ",O=Espalier");
        Instant from = clock.instant().minus(BACKDATED);
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    subject,
                    serial(random),
                    Date.from(from),
                    Date.from(from.plus(LIFETIME)),
                    subject,
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
            return sign(builder, pair.getPrivate());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("The authority's certificate cannot be made", e);
        }
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** What a claim bundle says, so that a device knows this authority at first sight. */
    public Sha256 fingerprint() {
        return Sha256.of(Pem.der(certificate));
    }

    /** A key and a certificate for a server that is reached at this host's loopback names and the ones given. */
    public TlsIdentity server(String name, Collection<String> hosts, Duration lifetime) {
        KeyPair pair = CertificateRequest.drawKey(random);
        GeneralName[] names = served(hosts).stream()
                .map(host ->
                        new GeneralName(IPAddress.isValid(host) ? GeneralName.iPAddress : GeneralName.dNSName, host))
                .toArray(GeneralName[]::new);
        return new TlsIdentity(
                pair.getPrivate(),
                issue(
                        pair.getPublic(),
                        "CN=" + name + ",O=Espalier server",
                        new GeneralNames(names),
                        KeyPurposeId.id_kp_serverAuth,
                        lifetime));
    }

    /** Every name that a server's certificate has for these hosts. */
    static Set<String> served(Collection<String> hosts) {
        Set<String> all = new LinkedHashSet<>(THIS_HOST);
        all.addAll(hosts);
        return all;
    }

    /** A key and a certificate for one of the operator's programs, for when it is a client. */
    public TlsIdentity service(String name, Duration lifetime) {
        KeyPair pair = CertificateRequest.drawKey(random);
        return new TlsIdentity(
                pair.getPrivate(), client(pair.getPublic(), new CertifiedSubject.Service(name), lifetime));
    }

    /** The chain for a device; who the device is, is the caller's word, not the request's. */
    public List<X509Certificate> device(SigningRequest request, CertifiedSubject.Device device, Duration lifetime) {
        return client(request.key(), device, lifetime);
    }

    /** The signed list of every certificate that counts no more. */
    public X509CRL revocations(Collection<BigInteger> serials) {
        Instant now = clock.instant();
        X509v2CRLBuilder builder = new JcaX509v2CRLBuilder(certificate.getSubjectX500Principal(), Date.from(now));
        builder.setNextUpdate(Date.from(now.plus(LIST_LIFETIME)));
        for (BigInteger serial : serials) {
            builder.addCRLEntry(serial, Date.from(now), CRLReason.privilegeWithdrawn);
        }
        try {
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate));
            builder.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.valueOf(now.toEpochMilli())));
            return new JcaX509CRLConverter().getCRL(builder.build(signer(key)));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("The revocation list cannot be signed", e);
        }
    }

    private List<X509Certificate> client(PublicKey subject, CertifiedSubject who, Duration lifetime) {
        return issue(
                subject,
                who.distinguishedName(),
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, who.uri())),
                KeyPurposeId.id_kp_clientAuth,
                lifetime);
    }

    private List<X509Certificate> issue(
            PublicKey subject, String name, GeneralNames alternatives, KeyPurposeId purpose, Duration lifetime) {
        if (lifetime.isNegative() || lifetime.isZero()) {
            throw new IllegalArgumentException("A certificate cannot be good for " + lifetime);
        }
        Instant now = clock.instant();
        try {
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    distinguished(certificate.getSubjectX500Principal()),
                    serial(random),
                    Date.from(now.minus(lifetime.compareTo(BACKDATED) < 0 ? lifetime : BACKDATED)),
                    Date.from(now.plus(lifetime)),
                    distinguished(name),
                    subject);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            builder.addExtension(Extension.subjectAlternativeName, false, alternatives);
            builder.addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(subject));
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(certificate));
            return List.of(sign(builder, key), certificate);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("A certificate for " + name + " cannot be made", e);
        }
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException {
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer(key)));
    }

    private static ContentSigner signer(PrivateKey key) {
        try {
            return new JcaContentSignerBuilder(SIGNATURE).build(key);
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("The authority's key cannot sign", e);
        }
    }

    /** Read as RFC 2253 does, the way Java and Kafka print names: the most particular part first. */
    private static X500Name distinguished(String name) {
        return distinguished(new X500Principal(name));
    }

    private static X500Name distinguished(X500Principal name) {
        return X500Name.getInstance(name.getEncoded());
    }

    private static BigInteger serial(SecureRandom random) {
        return new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1);
    }
}
