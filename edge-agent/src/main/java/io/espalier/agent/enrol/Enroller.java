package io.espalier.agent.enrol;

import io.espalier.agent.enrol.EnrolmentResult.Enrolled;
import io.espalier.agent.enrol.EnrolmentResult.Refused;
import io.espalier.agent.enrol.EnrolmentResult.Unreachable;
import io.espalier.agent.identity.DeviceIdentity;
import io.espalier.agent.identity.DeviceTls;
import io.espalier.agent.link.Backoff;
import io.espalier.agent.link.Reachability;
import io.espalier.agent.state.AtomicFile;
import io.espalier.agent.state.Steps;
import io.espalier.proto.DeviceId;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enrols this device, once in its life.
 *
 * <p>A key and a random nonce are on disk before the first request, so an agent that loses the reply, or its life, asks
 * again with the same token, device, nonce and key and gets the same answer.
 */
public final class Enroller {
    private static final Logger LOG = LoggerFactory.getLogger(Enroller.class);
    private static final int NONCE_BYTES = 16;

    private final DeviceId device;
    private final URI controller;
    private final String agentVersion;
    private final Path enrolmentFile;
    private final Path nonceFile;
    private final DeviceIdentity identity;
    private final DeviceTls tls;
    private final RandomGenerator random;
    private final Backoff backoff;

    public Enroller(
            DeviceId device,
            URI controller,
            String agentVersion,
            Path enrolmentFile,
            Path nonceFile,
            DeviceIdentity identity,
            DeviceTls tls,
            RandomGenerator random) {
        this.device = device;
        this.controller = controller;
        this.agentVersion = agentVersion;
        this.enrolmentFile = enrolmentFile;
        this.nonceFile = nonceFile;
        this.identity = identity;
        this.tls = tls;
        this.random = random;
        this.backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(15), random);
    }

    /** The stored credentials, if this device has enrolled. */
    public Optional<Enrolment> stored() throws IOException {
        Optional<byte[]> json = AtomicFile.at(enrolmentFile).read();
        try {
            return json.isEmpty() ? Optional.empty() : Optional.of(EnrolmentJson.enrolment(json.get()));
        } catch (IOException e) {
            throw DamagedEnrolmentException.of(enrolmentFile, e);
        }
    }

    /** Asks until the controller answers, stores the credentials, and returns them. */
    public Enrolment enrol(String token) throws IOException, InterruptedException, EnrolmentRefusedException {
        byte[] request = EnrolmentJson.request(token, device.value(), nonce(), identity.request(), agentVersion);
        HttpEnrolment http = new HttpEnrolment(controller, tls);
        Reachability reachability = new Reachability("the controller at " + controller);
        while (true) {
            EnrolmentResult result = http.ask(request);
            if (result instanceof Enrolled enrolled) {
                reachability.reached();
                store(enrolled.answer());
                LOG.info(
                        "enrolled as {} of tenant {}",
                        device,
                        enrolled.enrolment().tenant());
                return enrolled.enrolment();
            } else if (result instanceof Refused refused) {
                throw new EnrolmentRefusedException("The controller at " + controller + " refused to enrol " + device
                        + ": " + refused.why() + ". Once that is mended, set claim.bundle to a line that is good for"
                        + " this device and start again");
            } else if (result instanceof Unreachable unreachable) {
                Duration wait = backoff.next();
                reachability.lost(unreachable.why(), wait);
                Thread.sleep(wait.toMillis());
            }
        }
    }

    /** The certificate first: who has credentials has that, too. */
    private void store(byte[] answer) throws IOException {
        identity.install(EnrolmentJson.certificate(answer), tls.authority());
        AtomicFile.ownerOnly(enrolmentFile, Steps.UNWATCHED).write(answer);
    }

    private String nonce() throws IOException {
        AtomicFile file = AtomicFile.at(nonceFile);
        Optional<byte[]> stored = file.read();
        if (stored.isPresent()) {
            return new String(stored.get(), StandardCharsets.US_ASCII);
        }
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        String nonce = HexFormat.of().formatHex(bytes);
        file.write(nonce.getBytes(StandardCharsets.US_ASCII));
        return nonce;
    }
}
