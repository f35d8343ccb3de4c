package io.espalier.controller.artifact;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;

import io.espalier.controller.Csr;
import io.espalier.controller.Eventually;
import io.espalier.controller.Operator;
import io.espalier.controller.Servers;
import io.espalier.controller.mqtt.MqttLink;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import io.espalier.tls.CertificateRequest;
import io.espalier.tls.ClaimBundle;
import io.espalier.tls.Pem;
import io.espalier.tls.TlsIdentity;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contents too large for the broker, as a device with a certificate gets them. */
@QuarkusTest
@WithTestResource(Servers.class)
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields.
class ContentIT {
    private static final int RETAINED_MAX_BYTES = 32 << 20;
    private static final Topics TOPICS = new Topics("default");

    @Inject
    Artifacts artifacts;

    @Inject
    ArtifactFiles files;

    @Inject
    MqttLink link;

    @TempDir
    Path folder;

    @Test
    void reachesTheBrokerOnlyWhereItIsNotTooLarge() throws Exception {
        Sha256 small = variant(content(1_000, 1));
        Sha256 large = variant(content(RETAINED_MAX_BYTES + 1, 2));

        Eventually.holds(() -> assertThat(retained(small, large))
                .containsExactlyInAnyOrder(TOPICS.manifest(small), TOPICS.chunk(small, 0), TOPICS.manifest(large)));
    }

    @Test
    void goesOnOverHttpsWhereItBroke() throws Exception {
        byte[] content = content(RETAINED_MAX_BYTES + 1, 3);
        Sha256 artifact = variant(content);
        String bundle =
                Operator.operator().body("{}").post("/api/v1/claim-tokens").path("bundle");
        HttpClient device = HttpClient.newBuilder().sslContext(enrolled(bundle)).build();
        URI uri = URI.create(ClaimBundle.parse(bundle).controller() + "/api/v1/artifacts/" + artifact + "/content");

        HttpResponse<InputStream> broken =
                device.send(range(uri, "bytes=0-"), HttpResponse.BodyHandlers.ofInputStream());
        byte[] first = new byte[1_000_001];
        try (InputStream in = broken.body()) {
            assertThat(in.readNBytes(first, 0, first.length)).isEqualTo(first.length);
        }
        HttpResponse<byte[]> rest =
                device.send(range(uri, "bytes=" + first.length + "-"), HttpResponse.BodyHandlers.ofByteArray());

        assertThat(first).isEqualTo(Arrays.copyOf(content, first.length));
        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.headers().firstValue("Content-Range"))
                .hasValue("bytes " + first.length + "-" + (content.length - 1) + "/" + content.length);
        assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(content, first.length, content.length));
    }

    @Test
    void isGivenWholeInPartOrNotAtAll() throws Exception {
        byte[] content = content(1_000, 4);
        String path = "/api/v1/artifacts/" + variant(content) + "/content";

        given().get(path).then().statusCode(200).header("Accept-Ranges", "bytes");
        assertThat(given().get(path).asByteArray()).isEqualTo(content);
        Response part = given().header("Range", "bytes=10-19").get(path);
        part.then().statusCode(206).header("Content-Range", "bytes 10-19/1000").header("Content-Length", "10");
        assertThat(part.asByteArray()).isEqualTo(Arrays.copyOfRange(content, 10, 20));
        given().header("Range", "bytes=1000-")
                .get(path)
                .then()
                .statusCode(416)
                .body("type", endsWith("range-not-satisfiable"))
                .body("sizeBytes", is(1_000));
        given().get("/api/v1/artifacts/" + "0".repeat(64) + "/content").then().statusCode(404);
    }

    @Test
    void travelsDeflatedWhereThatPaysAndIsTheSameFile() throws Exception {
        byte[] masked = content(10_000, 5);
        Arrays.fill(masked, 2_000, 10_000, (byte) 0);
        ByteArrayOutputStream file = new ByteArrayOutputStream();

        Sha256 artifact = variant(masked);
        files.copy(artifact, "model.onnx", file);

        assertThat(file.toByteArray()).isEqualTo(masked);
        assertThat(given().get("/api/v1/artifacts/" + artifact + "/content").asByteArray())
                .hasSizeBetween(2_000, 2_500);
    }

    private Set<String> retained(Sha256... wanted) {
        List<String> topics = Arrays.stream(wanted)
                .flatMap(each -> Stream.of(TOPICS.manifest(each), TOPICS.chunk(each, 0)))
                .toList();
        try {
            return link.retainedAmong(topics, Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpRequest range(URI uri, String range) {
        return HttpRequest.newBuilder(uri).header("Range", range).build();
    }

    private static byte[] content(int bytes, int seed) {
        byte[] content = new byte[bytes];
        new Random(seed).nextBytes(content);
        return content;
    }

    private Sha256 variant(byte[] content) throws IOException {
        Sha256 digest = Sha256.of(content);
        Path model = Files.write(folder.resolve(digest.hex()), content);
        return artifacts.putVariant(
                List.of(new ArtifactPart("model.onnx", model)),
                new VariantLabel(
                        digest, digest, new InputSpec("NCHW", List.of(1, 2, 2), 1, List.of(), List.of(), List.of())));
    }

    /** With the certificate of a device that enrols, and trust in the authority that gave it. */
    private static SSLContext enrolled(String bundle) throws Exception {
        KeyPair key = CertificateRequest.drawKey(new SecureRandom());
        String chain = given().contentType("application/json")
                .body("{\"token\":\"" + ClaimBundle.parse(bundle).token()
                        + "\",\"deviceId\":\"content-1\",\"nonce\":\"n\",\"csr\":\"" + Csr.of(key) + "\"}")
                .post("/api/v1/enrol")
                .then()
                .statusCode(200)
                .extract()
                .path("certificate");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry(
                "authority",
                Pem.certificates(given().get("/api/v1/authority/ca.pem").asString())
                        .get(0));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                new TlsIdentity(key.getPrivate(), Pem.certificates(chain)).keyManagers(),
                trust.getTrustManagers(),
                null);
        return context;
    }
}
