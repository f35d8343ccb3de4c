package io.espalier.controller.budget.adapter;

import io.espalier.controller.budget.BudgetBook;
import io.espalier.controller.budget.Budgets;
import io.espalier.controller.budget.Floors;
import io.espalier.controller.deployment.History;
import io.espalier.controller.device.DeviceMoved;
import io.espalier.controller.device.DeviceRegistry;
import io.espalier.controller.live.LiveEvents;
import io.espalier.controller.model.ModelAssigned;
import io.espalier.controller.profile.ProfileStored;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Makes the core, and has it look again when a device moved or measured. */
final class BudgetWiring {
    @Produces
    @Singleton
    Budgets budgets(
            BudgetBook book, Floors floors, DeviceRegistry devices, History history, LiveEvents live, Clock clock) {
        return new Budgets(book, floors, devices, history, live, clock);
    }

    /** What one model cannot reach, another may. */
    void assigned(@Observes ModelAssigned change, Budgets budgets) {
        budgets.recheck(change.device());
    }

    void moved(@Observes DeviceMoved change, Budgets budgets) {
        budgets.recheck(change.device());
    }

    void measured(@Observes ProfileStored change, Budgets budgets) {
        budgets.measured(change.device());
    }
}
