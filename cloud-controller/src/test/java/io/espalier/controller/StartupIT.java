package io.espalier.controller;

import static io.restassured.RestAssured.get;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Servers.class)
class StartupIT {
    @Test
    void isReadyOnceItsServersAreReached() {
        Eventually.holds(() -> get("/q/health/ready").then().statusCode(200).body("status", is("UP")));
    }

    @Test
    void offersMetricsAndTheDescriptionOfItsApi() {
        get("/q/metrics").then().statusCode(200).body(containsString("espalier_devices{state=\"serving\"}"));
        get("/q/openapi").then().statusCode(200).body(containsString("title: Espalier"));
    }
}
