package io.espalier.controller;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;

/** Calls the API as the administrator of the test servers. */
public final class Operator {
    private Operator() {}

    /** A JSON request with a session of its own. */
    public static RequestSpecification operator() {
        return given().auth().oauth2(session()).contentType(ContentType.JSON);
    }

    /** An upload with a session of its own. */
    public static RequestSpecification uploader() {
        return given().auth().oauth2(session()).contentType("application/octet-stream");
    }

    /** A fresh session's token. */
    public static String session() {
        return given().contentType(ContentType.JSON)
                .body("{\"username\":\"admin\",\"password\":\"" + Servers.ADMIN_PASSWORD + "\"}")
                .post("/api/v1/login")
                .then()
                .statusCode(200)
                .extract()
                .path("token");
    }

    /** Lets a device enrol into a group, with a key that nobody keeps. */
    public static void enrol(String device, String group) {
        enrol(device, group, Csr.fresh());
    }

    /** Lets a device enrol into a group, with the key that signed the request. */
    public static void enrol(String device, String group, String csr) {
        String token = operator()
                .body("{\"group\":\"" + group + "\"}")
                .post("/api/v1/claim-tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("token");
        redeem(token, device, csr);
    }

    /** Lets a device enrol by a claim token, with a key that nobody keeps. */
    public static void redeem(String token, String device) {
        redeem(token, device, Csr.fresh());
    }

    private static void redeem(String token, String device, String csr) {
        given().contentType(ContentType.JSON)
                .body("{\"token\":\"" + token + "\",\"deviceId\":\"" + device
                        + "\",\"nonce\":\"0123456789abcdef\",\"agentVersion\":\"1.0.0\",\"csr\":\"" + csr
                        + "\"}")
                .post("/api/v1/enrol")
                .then()
                .statusCode(200);
    }
}
