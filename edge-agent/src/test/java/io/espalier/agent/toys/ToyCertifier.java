package io.espalier.agent.toys;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.espalier.pki.CertificateAuthority;
import io.espalier.pki.RequestRefusedException;
import io.espalier.pki.SigningRequest;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.tls.CertifiedSubject;
import io.espalier.tls.Pem;
import io.espalier.tls.RenewalProof;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The controller as an authority: certifies the keys of devices, and renews over HTTPS. */
public final class ToyCertifier {
    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":\"([^\"]*)\"");

    private final Clock clock;
    private final CertificateAuthority authority;
    private final List<String> nonces = new CopyOnWriteArrayList<>();
    private volatile @Nullable PublicKey enrolled;
    private volatile boolean revoked;

    public ToyCertifier(Clock clock) {
        this(clock, CertificateAuthority.draw(clock, new SecureRandom()));
    }

    /** As an authority that others know as well. */
    public ToyCertifier(Clock clock, CertificateAuthority authority) {
        this.clock = clock;
        this.authority = authority;
    }

    /** The key of the device that enrolled last. */
    public PublicKey enrolled() {
        PublicKey key = enrolled;
        if (key == null) {
            throw new AssertionError("nobody enrolled");
        }
        return key;
    }

    public Sha256 fingerprint() {
        return authority.fingerprint();
    }

    /** Refuses every renewal from now on. */
    public void revoke() {
        revoked = true;
    }

    /** How often a device was renewed. */
    public int renewals() {
        return nonces.size();
    }

    /** The chain for the key in the body of an enrolment, as it stands in JSON. */
    public String enrol(String body, DeviceId device) {
        try {
            SigningRequest request = SigningRequest.of(Base64.getDecoder().decode(field(body, "csr")));
            enrolled = request.key();
            return json(chain(device, Duration.ofDays(7)));
        } catch (RequestRefusedException e) {
            throw new AssertionError(e);
        }
    }

    /** The chain for a key. */
    public String certify(byte[] csr, DeviceId device, Duration lifetime) {
        try {
            enrolled = SigningRequest.of(csr).key();
            return chain(device, lifetime);
        } catch (RequestRefusedException e) {
            throw new AssertionError(e);
        }
    }

    private String chain(DeviceId device, Duration lifetime) {
        return Pem.of(authority.device(
                new SigningRequest(enrolled()), new CertifiedSubject.Device("default", device), lifetime));
    }

    /** An HTTPS server of this authority for these hosts that renews; the caller adds what else it serves. */
    public HttpsServer https(DeviceId device, Duration serverLifetime) throws IOException {
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        https.setHttpsConfigurator(new HttpsConfigurator(context(serverLifetime)));
        https.createContext("/api/v1/certificates/challenge", exchange -> {
            exchange.getRequestBody().readAllBytes();
            answer(exchange, 200, "{\"nonce\":\"" + UUID.randomUUID() + "\",\"now\":\"" + clock.instant() + "\"}");
        });
        https.createContext("/api/v1/certificates/renew", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String nonce = field(body, "nonce");
            PublicKey key = enrolled;
            boolean proven = key != null
                    && RenewalProof.isBy(key, device, nonce, Base64.getDecoder().decode(field(body, "proof")));
            if (revoked || !proven) {
                answer(exchange, 403, "{\"title\":\"refused\",\"detail\":\"Device revoked\"}");
            } else {
                nonces.add(nonce);
                answer(exchange, 200, "{\"certificate\":\"" + json(chain(device, Duration.ofDays(7))) + "\"}");
            }
        });
        https.start();
        return https;
    }

    private SSLContext context(Duration lifetime) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(authority.server("toy", List.of(), lifetime).keyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String json(String text) {
        return text.replace("\n", "\\n");
    }

    private static String field(String body, String name) {
        Matcher matcher = FIELD.matcher(body);
        while (matcher.find()) {
            if (matcher.group(1).equals(name)) {
                return matcher.group(2);
            }
        }
        throw new AssertionError("no field " + name + " in " + body);
    }
}
