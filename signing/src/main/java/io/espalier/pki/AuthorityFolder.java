package io.espalier.pki;

import io.espalier.signing.CustodyException;
import io.espalier.signing.LockedKey;
import io.espalier.signing.OwnerOnlyFile;
import io.espalier.tls.CertificateRequest;
import io.espalier.tls.Pem;
import io.espalier.tls.TlsIdentity;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.util.IPAddress;

/**
 * The authority of one host, in a folder that several processes open: whoever is first makes it, and all of them take
 * turns at writing.
 *
 * <p>It has {@code ca.pem} (for everybody), {@code ca.key} (locked by the passphrase), {@code crl.pem} (what counts no
 * more), and for each server and service {@code NAME.pem} with key and chain, which only the owner can read.
 */
public final class AuthorityFolder {
    private static final Duration LIFETIME = Duration.ofDays(90);
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");
    private static final byte[] PROOF = "Does this key belong to this certificate?".getBytes(StandardCharsets.UTF_8);

    private final Path folder;
    private final CertificateAuthority authority;
    private final Clock clock;

    AuthorityFolder(Path folder, CertificateAuthority authority, Clock clock) {
        this.folder = folder;
        this.authority = authority;
        this.clock = clock;
    }

    /** Opens the folder's authority, or makes one. Throws {@link CustodyException} where it can do neither. */
    public static AuthorityFolder open(Path folder, char[] passphrase, Clock clock, SecureRandom random) {
        Path normal = folder.toAbsolutePath().normalize();
        try {
            OwnerOnlyFile.createFolder(normal);
            try (FolderTurn turn = FolderTurn.take(normal)) {
                Path key = normal.resolve("ca.key");
                Path certificate = certificate(normal);
                if (!Files.exists(key) && !Files.exists(certificate)) {
                    OwnerOnlyFile.create(key, LockedKey.lock(CertificateRequest.drawKey(random), passphrase, random));
                }
                if (!Files.exists(certificate)) {
                    KeyPair pair = pair(key, passphrase);
                    OwnerOnlyFile.create(
                            certificate, ascii(Pem.of(List.of(CertificateAuthority.selfSigned(pair, clock, random)))));
                }
                AuthorityFolder opened =
                        new AuthorityFolder(normal, read(certificate, key, passphrase, clock, random), clock);
                if (!Files.exists(opened.revocationFile())) {
                    opened.write(Set.of());
                }
                return opened;
            }
        } catch (IOException e) {
            throw failure(normal, e);
        }
    }

    private static CertificateAuthority read(
            Path certificateFile, Path keyFile, char[] passphrase, Clock clock, SecureRandom random)
            throws IOException {
        if (!Files.exists(keyFile)) {
            throw new CustodyException("The authority's key " + keyFile + " is missing: put it back, or delete "
                    + certificateFile + " to make another authority, which every device has to enrol with anew");
        }
        X509Certificate certificate = certificates(certificateFile).get(0);
        KeyPair pair = pair(keyFile, passphrase);
        if (!belongs(new TlsIdentity(pair.getPrivate(), List.of(certificate)))) {
            throw new CustodyException("Key " + keyFile + " is not that of the authority in " + certificateFile);
        }
        return new CertificateAuthority(certificate, pair.getPrivate(), clock, random);
    }

    private static KeyPair pair(Path file, char[] passphrase) throws IOException {
        return LockedKey.unlockPair(Files.readAllBytes(file), passphrase, file.toString());
    }

    public CertificateAuthority authority() {
        return authority;
    }

    /** The authority's certificate, as PEM. */
    public Path certificateFile() {
        return certificate(folder);
    }

    /** The list of certificates that count no more, as PEM; there from the start, and replaced whole. */
    public Path revocationFile() {
        return folder.resolve("crl.pem");
    }

    /** Where {@link #server} or {@link #service} of that name keeps key and chain. */
    public Path identityFile(String name) {
        if (!NAME.matcher(name).matches() || name.equals("ca") || name.equals("crl")) {
            throw new IllegalArgumentException("\"" + name + "\" cannot name a certificate's file: use lower-case"
                    + " letters, digits and hyphens, such as \"kafka\"");
        }
        return folder.resolve(name + ".pem");
    }

    /**
     * What a server shows, for this host's loopback names and those given: the one that was issued before, until two
     * thirds of its life are over or the hosts are others. A server asks again once in a while.
     */
    public TlsIdentity server(String name, Collection<String> hosts) {
        return identity(name, CertificateAuthority.served(hosts), () -> authority.server(name, hosts, LIFETIME));
    }

    /** What a program of the operator's shows where it is a client; as long-lived as {@link #server}. */
    public TlsIdentity service(String name) {
        return identity(name, Set.of(), () -> authority.service(name, LIFETIME));
    }

    /** Who may speak to a server of this host: the authority's clients, but for the revoked, as the list is at each handshake. */
    public ClientTrust clientTrust() {
        return new ClientTrust(authority.certificate(), revocationFile());
    }

    /** Serial numbers on the list. */
    public Set<BigInteger> revoked() {
        Collection<? extends X509CRLEntry> entries = list().getRevokedCertificates();
        Set<BigInteger> serials = new HashSet<>();
        if (entries != null) {
            entries.forEach(entry -> serials.add(entry.getSerialNumber()));
        }
        return serials;
    }

    /** Puts these on the list, beside what is there, and dates the list anew. */
    public void revoke(Collection<BigInteger> serials) {
        try (FolderTurn turn = FolderTurn.take(folder)) {
            Set<BigInteger> all = new TreeSet<>(revoked());
            all.addAll(serials);
            write(all);
        } catch (IOException e) {
            throw failure(folder, e);
        }
    }

    /** Makes these the whole list, dated anew: for whoever keeps the numbers and lets those of the expired go. */
    public void revokeOnly(Collection<BigInteger> serials) {
        try (FolderTurn turn = FolderTurn.take(folder)) {
            write(new TreeSet<>(serials));
        } catch (IOException e) {
            throw failure(folder, e);
        }
    }

    private X509CRL list() {
        try {
            X509CRL list = Pem.crl(Files.readString(revocationFile(), StandardCharsets.US_ASCII));
            list.verify(authority.certificate().getPublicKey());
            return list;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new CustodyException(
                    "Revocation list " + revocationFile() + " cannot be used (" + e.getMessage()
                            + "): put back the last good one, or delete it and revoke anew",
                    e);
        }
    }

    private void write(Collection<BigInteger> serials) throws IOException {
        OwnerOnlyFile.replace(revocationFile(), ascii(Pem.of(authority.revocations(serials))));
    }

    private TlsIdentity identity(String name, Set<String> hosts, Supplier<TlsIdentity> issuer) {
        Path file = identityFile(name);
        try (FolderTurn turn = FolderTurn.take(folder)) {
            Optional<TlsIdentity> kept = kept(file).filter(each -> isGood(each, hosts));
            if (kept.isPresent()) {
                return kept.get();
            }
            TlsIdentity issued = issuer.get();
            OwnerOnlyFile.replace(file, ascii(issued.pem()));
            return issued;
        } catch (IOException e) {
            throw failure(folder, e);
        }
    }

    /** What cannot be read is as good as missing: another one is issued in its place. */
    private static Optional<TlsIdentity> kept(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(TlsIdentity.of(Files.readString(file, StandardCharsets.US_ASCII)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private boolean isGood(TlsIdentity identity, Set<String> hosts) {
        try {
            identity.certificate().verify(authority.certificate().getPublicKey());
            return clock.instant().isBefore(identity.renewAt())
                    && belongs(identity)
                    && (hosts.isEmpty() || hostsOf(identity.certificate()).equals(comparable(hosts)));
        } catch (GeneralSecurityException e) {
            return false; // Another authority's: that one was deleted.
        }
    }

    private static Set<String> hostsOf(X509Certificate certificate) throws CertificateParsingException {
        Set<String> names = new HashSet<>();
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives != null) {
            alternatives.forEach(each -> names.add(String.valueOf(each.get(1))));
        }
        return comparable(names);
    }

    /** An address of IPv6 has many spellings; certificates give it in the long one. */
    private static Set<String> comparable(Set<String> hosts) {
        Set<String> names = new HashSet<>();
        for (String host : hosts) {
            names.add(IPAddress.isValidIPv6(host) ? longForm(host) : host);
        }
        return names;
    }

    private static String longForm(String address) {
        byte[] bytes = ASN1OctetString.getInstance(new GeneralName(GeneralName.iPAddress, address).getName())
                .getOctets();
        return HexFormat.of().formatHex(bytes);
    }

    private static boolean belongs(TlsIdentity identity) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(identity.key());
            signature.update(PROOF);
            byte[] signed = signature.sign();
            signature.initVerify(identity.certificate().getPublicKey());
            signature.update(PROOF);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // Not even of one kind.
        }
    }

    private static List<X509Certificate> certificates(Path file) throws IOException {
        try {
            return Pem.certificates(Files.readString(file, StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new CustodyException("Certificate " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static Path certificate(Path folder) {
        return folder.resolve("ca.pem");
    }

    private static CustodyException failure(Path folder, IOException e) {
        return new CustodyException(
                "The authority's folder " + folder + " cannot be used (" + e + "): is it there and writable?", e);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
