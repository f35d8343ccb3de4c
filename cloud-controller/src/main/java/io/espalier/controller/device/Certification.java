package io.espalier.controller.device;

import io.espalier.controller.pki.Authority;
import io.espalier.pki.SigningRequest;
import io.espalier.proto.DeviceId;
import io.espalier.tls.RenewalProof;
import io.espalier.tls.TlsIdentity;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Gives devices their certificates. A device keeps the key it enrolled with; that a certificate has expired does not
 * matter to whoever has that key, until the device is revoked.
 */
public final class Certification {
    private final Authority authority;
    private final CertificateBook book;
    private final RenewalNonces nonces;
    private final Clock clock;

    public Certification(Authority authority, CertificateBook book, RenewalNonces nonces, Clock clock) {
        this.authority = authority;
        this.book = book;
        this.nonces = nonces;
        this.clock = clock;
    }

    /**
     * For a device that was just let in with this request, or that lost the answer: the same one again. Nothing where it was retired
     * or replaced since.
     */
    public Optional<X509Certificate> enrolled(DeviceId device, SigningRequest request) {
        Optional<DeviceCertificate> last =
                book.newest(device).filter(each -> each.key().equals(request.keyDigest()) && each.revokedAt() == null);
        return next(device, last, request.key());
    }

    /** A nonce for a device to sign. */
    public String challenge() {
        return nonces.draw();
    }

    public RenewalOutcome renew(DeviceId device, String nonce, byte[] proof) {
        if (!nonces.isFresh(nonce)) {
            return new RenewalOutcome.StaleNonce();
        }
        Optional<DeviceCertificate> last = book.newest(device);
        if (last.isEmpty() || !RenewalProof.isBy(last.get().certificate().getPublicKey(), device, nonce, proof)) {
            return new RenewalOutcome.NotProven();
        }
        if (last.get().revokedAt() != null) {
            return new RenewalOutcome.Revoked();
        }
        return next(device, last, last.get().certificate().getPublicKey())
                .<RenewalOutcome>map(RenewalOutcome.Renewed::new)
                .orElseGet(RenewalOutcome.Revoked::new);
    }

    private Optional<X509Certificate> next(DeviceId device, Optional<DeviceCertificate> last, PublicKey key) {
        Instant now = clock.instant();
        if (last.isPresent() && now.isBefore(TlsIdentity.renewAt(last.get().certificate()))) {
            return Optional.of(last.get().certificate());
        }
        X509Certificate issued = authority.certify(new SigningRequest(key), device);
        return book.keep(new DeviceCertificate(device, issued, null)) ? Optional.of(issued) : Optional.empty();
    }

    /** From a device's certificate to the authority's. */
    public List<X509Certificate> chain(X509Certificate certificate) {
        return List.of(certificate, authority.certificate());
    }
}
