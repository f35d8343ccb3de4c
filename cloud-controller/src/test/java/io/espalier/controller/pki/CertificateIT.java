package io.espalier.controller.pki;

import static io.espalier.controller.Operator.operator;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import io.espalier.controller.Csr;
import io.espalier.controller.Eventually;
import io.espalier.controller.Servers;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.tls.CertificateRequest;
import io.espalier.tls.CertifiedSubject;
import io.espalier.tls.ClaimBundle;
import io.espalier.tls.Pem;
import io.espalier.tls.RenewalProof;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Servers.class)
class CertificateIT {
    private final KeyPair key = CertificateRequest.drawKey(new SecureRandom());

    @Test
    void certifiesADeviceThatEnrolsAndRevokesItWhenItRetires() {
        X509Certificate certificate =
                certificate(enrol(token("{}"), "certified", key).statusCode(200));

        assertThat(CertifiedSubject.of(certificate))
                .contains(new CertifiedSubject.Device("default", new DeviceId("certified")));
        operator().get("/api/v1/devices/certified").then().body("certificate.state", is("valid"));
        renew("certified", key).statusCode(200).body("certificate", startsWith("-----BEGIN CERTIFICATE-----"));

        operator().post("/api/v1/devices/certified/retire").then().statusCode(200);

        operator().get("/api/v1/devices/certified").then().body("certificate.state", is("revoked"));
        renew("certified", key).statusCode(403).body("type", endsWith("certificate-revoked"));
        Eventually.holds(() -> assertThat(
                        Pem.crl(given().get("/api/v1/authority/crl.pem").asString())
                                .isRevoked(certificate))
                .isTrue());

        String replacement = operator()
                .post("/api/v1/devices/certified/replace")
                .then()
                .extract()
                .path("token");
        enrol(replacement, "certified", key).statusCode(403).body("type", endsWith("revoked-key"));
        enrol(replacement, "certified", CertificateRequest.drawKey(new SecureRandom()))
                .statusCode(200);
        operator().get("/api/v1/devices/certified").then().body("certificate.state", is("valid"));
        renew("certified", key).statusCode(401).body("type", endsWith("renewal-not-proven"));
    }

    @Test
    void refusesAReusedTokenAClonedKeyAndAKeyThatTheSenderDoesNotHave() {
        String token = token("{}");
        enrol(token, "original", key).statusCode(200);

        enrol(token, "original", CertificateRequest.drawKey(new SecureRandom()))
                .statusCode(409)
                .body("type", endsWith("claim-token-used"));
        enrol(token("{}"), "clone", key).statusCode(409).body("type", endsWith("cloned-key"));
        KeyPair mixed = new KeyPair(
                key.getPublic(), CertificateRequest.drawKey(new SecureRandom()).getPrivate());
        enrol(token("{}"), "thief", mixed)
                .statusCode(400)
                .body("type", endsWith("bad-signing-request"))
                .body("detail", containsString("does not have that key"));
    }

    @Test
    void letsInAsManyDevicesAsABulkTokenIsFor() {
        String token = token("{\"quota\":2,\"group\":\"factory\"}");

        enrol(token, "bulk-1", CertificateRequest.drawKey(new SecureRandom())).statusCode(200);
        enrol(token, "bulk-2", CertificateRequest.drawKey(new SecureRandom())).statusCode(200);
        enrol(token, "bulk-3", CertificateRequest.drawKey(new SecureRandom()))
                .statusCode(409)
                .body("type", endsWith("claim-token-used-up"))
                .body("detail", containsString("2 devices"));
        operator()
                .body("{\"quota\":2,\"deviceId\":\"one\"}")
                .post("/api/v1/claim-tokens")
                .then()
                .statusCode(400);
    }

    @Test
    void isReachedOverHttpsByWhoeverKnowsTheFingerprintOfTheBundle() throws Exception {
        ClaimBundle bundle = ClaimBundle.parse(operator()
                .body("{}")
                .post("/api/v1/claim-tokens")
                .then()
                .extract()
                .path("bundle"));
        X509Certificate authority = Pem.certificates(
                        given().get("/api/v1/authority/ca.pem").asString())
                .get(0);

        assertThat(Sha256.of(authority.getEncoded())).isEqualTo(bundle.authority());
        HttpResponse<String> answer = HttpClient.newBuilder()
                .sslContext(trusting(authority))
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create(bundle.controller() + "/api/v1/authority/ca.pem"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Pem.certificates(answer.body())).isEqualTo(List.of(authority));
    }

    private static SSLContext trusting(X509Certificate authority) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static X509Certificate certificate(ValidatableResponse enrolled) {
        return Pem.certificates(enrolled.extract().path("certificate")).get(0);
    }

    private static String token(String order) {
        return operator()
                .body(order)
                .post("/api/v1/claim-tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("token");
    }

    private static ValidatableResponse enrol(String token, String device, KeyPair pair) {
        return given().contentType("application/json")
                .body("{\"token\":\"" + token + "\",\"deviceId\":\"" + device + "\",\"nonce\":\"n\",\"csr\":\""
                        + Csr.of(pair) + "\"}")
                .post("/api/v1/enrol")
                .then();
    }

    private static ValidatableResponse renew(String device, KeyPair pair) {
        String nonce = given().post("/api/v1/certificates/challenge").path("nonce");
        String proof =
                Base64.getEncoder().encodeToString(RenewalProof.sign(pair.getPrivate(), new DeviceId(device), nonce));
        return given().contentType("application/json")
                .body("{\"deviceId\":\"" + device + "\",\"nonce\":\"" + nonce + "\",\"proof\":\"" + proof + "\"}")
                .post("/api/v1/certificates/renew")
                .then();
    }
}
