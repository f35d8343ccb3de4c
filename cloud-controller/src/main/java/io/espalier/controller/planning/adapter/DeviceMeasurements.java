package io.espalier.controller.planning.adapter;

import io.espalier.controller.deployment.Deployment;
import io.espalier.controller.deployment.Deployments;
import io.espalier.controller.deployment.Trial;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.profile.DeviceProfile;
import io.espalier.controller.profile.ProfileStore;
import io.espalier.proto.DeviceId;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds what a device measured for a model, all of it under one runtime key. */
@Singleton
final class DeviceMeasurements {
    private final ProfileStore profiles;
    private final Deployments deployments;

    DeviceMeasurements(ProfileStore profiles, Deployments deployments) {
        this.profiles = profiles;
        this.deployments = deployments;
    }

    /**
     * All that predictions need.
     *
     * @param base of the base suite
     * @param own of the model's suite
     * @param dense the unpruned model's latest trial
     */
    record Measured(DeviceProfile base, DeviceProfile own, Trial dense) {}

    /** Empty where the device has not measured all of it yet. */
    Optional<Measured> of(DeviceId device, BaseModel model) {
        String baseSuite = model.baseSuite();
        String ownSuite = model.modelSuite();
        if (baseSuite == null || ownSuite == null) {
            return Optional.empty();
        }
        DeviceProfile own = profiles.find(device, ownSuite).orElse(null);
        if (own == null) {
            return Optional.empty();
        }
        DeviceProfile base = profiles.find(device, baseSuite, own.runtime()).orElse(null);
        Trial dense = denseTrial(device, model, own.runtime().word());
        return base == null || dense == null ? Optional.empty() : Optional.of(new Measured(base, own, dense));
    }

    private @Nullable Trial denseTrial(DeviceId device, BaseModel model, String runtime) {
        Trial found = null;
        for (Deployment deployment : deployments.of(device, model.id().value())) {
            Trial trial = deployment.trial();
            if (deployment.request().dense() && trial != null && trial.timed() && trial.comparesWith(runtime)) {
                found = trial;
            }
        }
        return found;
    }
}
