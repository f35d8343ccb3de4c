package io.espalier.controller.budget;

import static io.espalier.controller.Operator.enrol;
import static io.espalier.controller.Operator.operator;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.espalier.controller.Servers;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.InputScaling;
import io.espalier.controller.model.ModelCatalog;
import io.espalier.controller.model.ModelId;
import io.espalier.controller.model.ModelState;
import io.espalier.controller.model.Recipe;
import io.espalier.controller.profile.DeviceProfile;
import io.espalier.controller.profile.ProfileStore;
import io.espalier.proto.DeviceId;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Servers.class)
class FloorIT {
    private static final ModelId MODEL = new ModelId("m-00000000f100");
    private static final ModelId ANOTHER = new ModelId("m-00000000f200");
    private static final String SUITE = "f".repeat(64);

    @Inject
    ModelCatalog models;

    @Inject
    ProfileStore profiles;

    @Inject
    Budgets budgets;

    @Test
    void refusesWhatTheDeviceMeasuredToBeOutOfReachAndChangesNothing() {
        enrol("slow-one", "floor");
        models.add(model(MODEL, "digits"));
        models.published(MODEL, "b".repeat(64), SUITE);
        operator()
                .body("{\"modelId\":\"" + MODEL + "\"}")
                .put("/api/v1/devices/slow-one/model")
                .then()
                .statusCode(200);
        profiles.upsert(profile("slow-one", 410.5));

        operator()
                .body("{\"latencyP95Micros\":205}")
                .put("/api/v1/devices/slow-one/budget")
                .then()
                .statusCode(422)
                .contentType("application/problem+json")
                .body("type", is("urn:espalier:problem:budget-below-floor"))
                .body("floorP95Micros", equalTo(410.5f));
        operator()
                .get("/api/v1/devices/slow-one")
                .then()
                .body("state", is("enrolled"))
                .body("refusal", nullValue())
                .body("budget", nullValue())
                .body("modelName", is("digits"))
                .body("simulatedSlowdown", is(25));
        operator()
                .get("/api/v1/devices/slow-one/events")
                .then()
                .body("find { it.kind == 'budget-refused' }.text", containsString("Needs at least 411 µs"));
        operator()
                .get("/api/v1/devices/slow-one/profiles")
                .then()
                .body("[0].suiteDigest", is(SUITE))
                .body("[0].timings[0].probe", is("floor"));
    }

    @Test
    void forgetsWhatWasOutOfReachOfAnotherModel() {
        enrol("changed-one", "floor");
        models.add(model(ANOTHER, "smaller digits"));
        DeviceId device = new DeviceId("changed-one");
        budgets.set(device, new Budget(700.0, null, null, null, null));
        budgets.refuse(device, Refusal.of(700, 812, Instant.now()));

        operator()
                .body("{\"modelId\":\"" + ANOTHER + "\"}")
                .put("/api/v1/devices/changed-one/model")
                .then()
                .statusCode(200);

        operator().get("/api/v1/devices/changed-one").then().body("refusal", nullValue());
    }

    @Test
    void isNotRefusedForWhatIsNotItsBudget() {
        enrol("content-one", "floor");
        DeviceId device = new DeviceId("content-one");
        budgets.set(device, new Budget(100.0, null, null, null, null));
        budgets.refuse(device, Refusal.of(1, 52.1, Instant.now()));
        operator()
                .get("/api/v1/devices/content-one")
                .then()
                .body("state", is("enrolled"))
                .body("refusal", nullValue());

        budgets.refuse(device, Refusal.of(100, 152.1, Instant.now()));
        operator()
                .get("/api/v1/devices/content-one")
                .then()
                .body("state", is("refused"))
                .body("stateDetail", containsString("152 µs"))
                .body("refusal.requestedP95Micros", equalTo(100.0f));
    }

    private static BaseModel model(ModelId id, String name) {
        return new BaseModel(
                id,
                name,
                ModelState.INSPECTING,
                null,
                null,
                InputScaling.RAW,
                Recipe.USUAL,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Instant.now());
    }

    private static DeviceProfile profile(String device, double floorMicros) {
        return new DeviceProfile(
                new DeviceId(device),
                SUITE,
                1,
                1,
                Instant.now(),
                new DeviceProfile.Hardware("linux", "amd64", "cpu", 1, List.of("avx2"), 1 << 30, 1 << 30, false, 25),
                new DeviceProfile.RuntimeKey("onnxruntime", "1.29.0", 1, "all"),
                List.of(new DeviceProfile.ProbeTiming("floor", floorMicros - 10, floorMicros, 100, 0.02, "")));
    }
}
