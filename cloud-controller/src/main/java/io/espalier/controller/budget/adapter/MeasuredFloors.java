package io.espalier.controller.budget.adapter;

import io.espalier.controller.budget.Floors;
import io.espalier.controller.device.DeviceRegistry;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.ModelAssignments;
import io.espalier.controller.model.ModelCatalog;
import io.espalier.controller.profile.DeviceProfile;
import io.espalier.controller.profile.ProfileStore;
import io.espalier.proto.DeviceId;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.OptionalDouble;

/** The floor is the probe of that name in the suite of the model that the device is to run. */
@Singleton
final class MeasuredFloors implements Floors {
    private static final String FLOOR_PROBE = "floor";

    private final DeviceRegistry devices;
    private final ModelAssignments assignments;
    private final ModelCatalog models;
    private final ProfileStore profiles;

    MeasuredFloors(DeviceRegistry devices, ModelAssignments assignments, ModelCatalog models, ProfileStore profiles) {
        this.devices = devices;
        this.assignments = assignments;
        this.models = models;
        this.profiles = profiles;
    }

    @Override
    public OptionalDouble p95Micros(DeviceId id) {
        Optional<Double> floor = devices.find(id)
                .flatMap(assignments::effective)
                .flatMap(models::find)
                .map(BaseModel::modelSuite)
                .flatMap(suite -> profiles.find(id, suite))
                .flatMap(profile -> profile.timing(FLOOR_PROBE))
                .map(DeviceProfile.ProbeTiming::undisturbedP95Micros);
        return floor.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
    }
}
