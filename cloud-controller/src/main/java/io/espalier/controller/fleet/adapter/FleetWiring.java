package io.espalier.controller.fleet.adapter;

import io.espalier.controller.budget.BudgetBook;
import io.espalier.controller.device.CertificateBook;
import io.espalier.controller.device.DeviceRegistry;
import io.espalier.controller.fleet.DeviceFacts;
import io.espalier.controller.fleet.Fleet;
import io.espalier.controller.model.ModelAssignments;
import io.espalier.controller.model.ModelCatalog;
import io.espalier.controller.profile.ProfileStore;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Makes the core. */
final class FleetWiring {
    @Produces
    @Singleton
    Fleet fleet(
            DeviceRegistry devices,
            BudgetBook budgets,
            ModelCatalog models,
            ModelAssignments assignments,
            ProfileStore profiles,
            DeviceFacts facts,
            CertificateBook certificates,
            Clock clock) {
        return new Fleet(devices, budgets, models, assignments, profiles, facts, certificates, clock);
    }
}
