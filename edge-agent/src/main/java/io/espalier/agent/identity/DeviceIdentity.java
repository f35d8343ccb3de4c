package io.espalier.agent.identity;

import io.espalier.agent.state.AtomicFile;
import io.espalier.agent.state.Steps;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.tls.CertificateRequest;
import io.espalier.tls.CertifiedSubject;
import io.espalier.tls.Pem;
import io.espalier.tls.RenewalProof;
import io.espalier.tls.TelemetrySignature;
import io.espalier.tls.TlsIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This device's key, on disk before anybody is told of it and the same for as long as the device is enrolled, and its
 * certificate, of which there is another from time to time.
 */
public final class DeviceIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceIdentity.class);

    private final DeviceId device;
    private final Path keyPath;
    private final AtomicFile keyFile;
    private final Path chainPath;
    private final AtomicFile chainFile;
    private final SecureRandom random;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Optional<KeyPair> pair = Optional.empty();
    private volatile Optional<TlsIdentity> certified = Optional.empty();

    private DeviceIdentity(DeviceId device, Path keyPath, Path chainPath, Steps steps, SecureRandom random) {
        this.device = device;
        this.keyPath = keyPath;
        this.keyFile = AtomicFile.ownerOnly(keyPath, steps);
        this.chainPath = chainPath;
        this.chainFile = AtomicFile.ownerOnly(chainPath, steps);
        this.random = random;
    }

    /** Reads and writes nothing yet: a model is served with or without an identity. */
    public static DeviceIdentity at(DeviceId device, Path keyFile, Path chainFile, Steps steps, SecureRandom random) {
        return new DeviceIdentity(device, keyFile, chainFile, steps, random);
    }

    /** Reads what was kept, and makes a key where there is none; to be tried again where it fails. */
    public void load() throws IOException {
        KeyPair own = keptOrDrawn();
        certified = kept(own);
        pair = Optional.of(own);
    }

    private KeyPair keptOrDrawn() throws IOException {
        Optional<byte[]> kept = keyFile.read();
        if (kept.isPresent()) {
            return parsed(text(kept.get()));
        }
        KeyPair drawn = CertificateRequest.drawKey(random);
        keyFile.write(ascii(Pem.of(drawn.getPrivate()) + Pem.of(drawn.getPublic())));
        return drawn;
    }

    private KeyPair parsed(String pem) throws IOException {
        try {
            return new KeyPair(Pem.publicKey(pem), Pem.privateKey(pem));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "the device's key in " + keyPath + " is damaged (" + e.getMessage()
                            + "): remove it and enrolment.json, and enrol again with a token that replaces this device",
                    e);
        }
    }

    /** A certificate that makes no sense is as good as none: it is there to be renewed. */
    private Optional<TlsIdentity> kept(KeyPair own) throws IOException {
        Optional<byte[]> kept = chainFile.read();
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        try {
            List<X509Certificate> chain = Pem.certificates(text(kept.get()));
            requireOwn(own, chain);
            return Optional.of(new TlsIdentity(own.getPrivate(), chain));
        } catch (IllegalArgumentException e) {
            LOG.error("{} is damaged ({}): enrol again", chainPath, e.getMessage());
            return Optional.empty();
        }
    }

    /** Asks for a certificate, as PKCS#10. */
    public byte[] request() {
        return CertificateRequest.of(pair());
    }

    /** Shows that this device has its key. */
    public byte[] prove(String nonce) {
        return RenewalProof.sign(pair().getPrivate(), device, nonce);
    }

    /** Says that a record of telemetry is this device's. */
    public byte[] signTelemetry(String type, String eventId, byte[] record) {
        return TelemetrySignature.sign(pair().getPrivate(), type, eventId, record);
    }

    /** What the device shows; empty until it is enrolled. */
    public Optional<TlsIdentity> certified() {
        return certified;
    }

    /** The authority that certified this device. */
    public Optional<X509Certificate> authority() {
        return certified.map(identity -> identity.chain().get(identity.chain().size() - 1));
    }

    /**
     * Takes up a chain for this device's key. It is durable when this returns.
     *
     * @param expected the authority it has to be of; empty where any is good that the controller names
     */
    public void install(String pem, Optional<Sha256> expected) throws IOException {
        List<X509Certificate> chain;
        try {
            chain = Pem.certificates(pem);
            requireOwn(pair(), chain);
            requireOf(chain, expected);
        } catch (IllegalArgumentException e) {
            throw new IOException("the controller's certificate cannot be used: " + e.getMessage(), e);
        }
        chainFile.write(ascii(Pem.of(chain)));
        certified = Optional.of(new TlsIdentity(pair().getPrivate(), chain));
        listeners.forEach(Runnable::run);
    }

    /** Told after each new certificate. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    private KeyPair pair() {
        return pair.orElseThrow(() -> new IllegalStateException("The device's key has not been read yet"));
    }

    private void requireOf(List<X509Certificate> chain, Optional<Sha256> expected) {
        X509Certificate authority = chain.get(chain.size() - 1);
        Sha256 fingerprint = Sha256.of(Pem.der(authority));
        if (expected.isPresent() && !expected.get().equals(fingerprint)) {
            throw new IllegalArgumentException(
                    "it is of authority " + fingerprint + ", this device was told to believe in " + expected.get());
        }
        if (!CertifiedSubject.of(chain.get(0))
                .filter(subject -> subject instanceof CertifiedSubject.Device named
                        && named.id().equals(device))
                .isPresent()) {
            throw new IllegalArgumentException("it does not name device " + device);
        }
        try {
            chain.get(0).verify(authority.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("its authority did not sign it", e);
        }
    }

    private static void requireOwn(KeyPair pair, List<X509Certificate> chain) {
        if (chain.size() < 2) {
            throw new IllegalArgumentException("it comes without its authority");
        }
        if (!chain.get(0).getPublicKey().equals(pair.getPublic())) {
            throw new IllegalArgumentException("it is for another key");
        }
    }

    private static String text(byte[] ascii) {
        return new String(ascii, StandardCharsets.US_ASCII);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
