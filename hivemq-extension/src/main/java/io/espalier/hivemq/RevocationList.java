package io.espalier.hivemq;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificates that the authority has taken back, read anew whenever its file is another. Thread-safe. */
final class RevocationList {
    private static final Logger LOG = LoggerFactory.getLogger(RevocationList.class);

    private final Path file;
    private @Nullable FileTime readAt;
    private Optional<Set<String>> serials = Optional.empty();

    RevocationList(Path file) {
        this.file = file;
    }

    /** While the list cannot be read nobody knows who is on it, so whoever comes is taken for revoked. */
    boolean holds(X509Certificate certificate) {
        String serial = certificate.getSerialNumber().toString();
        return serials().map(known -> known.contains(serial)).orElse(true);
    }

    /** Serial numbers on the list; empty while it cannot be read, as in the middle of being copied. */
    synchronized Optional<Set<String>> serials() {
        readIfChanged();
        return serials;
    }

    private void readIfChanged() {
        try {
            FileTime modified = Files.getLastModifiedTime(file);
            if (!modified.equals(readAt)) {
                serials = Optional.of(read());
                readAt = modified;
            }
        } catch (IOException | CertificateException | CRLException e) {
            if (serials.isPresent() || readAt == null) {
                LOG.error("Cannot read {} ({}): nobody is let in until that is mended", file, e.toString());
            }
            serials = Optional.empty();
            readAt = FileTime.fromMillis(0);
        }
    }

    private Set<String> read() throws IOException, CertificateException, CRLException {
        try (InputStream pem = Files.newInputStream(file)) {
            X509CRL list = (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(pem);
            Set<String> found = new HashSet<>();
            if (list.getRevokedCertificates() != null) {
                for (X509CRLEntry each : list.getRevokedCertificates()) {
                    found.add(each.getSerialNumber().toString());
                }
            }
            return Set.copyOf(found);
        }
    }
}
