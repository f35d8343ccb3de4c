package io.espalier.controller.budget.adapter;

import io.espalier.controller.budget.Budget;
import io.espalier.controller.budget.BudgetBook;
import io.espalier.controller.budget.BudgetVerdict;
import io.espalier.controller.budget.Budgets;
import io.espalier.controller.budget.EffectiveBudget;
import io.espalier.controller.budget.Refusal;
import io.espalier.controller.device.GroupName;
import io.espalier.controller.problem.Problem;
import io.espalier.proto.DeviceId;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Budgets of devices and groups. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class BudgetResource {
    private final Budgets budgets;
    private final BudgetBook book;

    BudgetResource(Budgets budgets, BudgetBook book) {
        this.budgets = budgets;
        this.book = book;
    }

    record View(
            @Nullable Double latencyP95Micros,
            @Nullable Long memoryBytes,
            @Nullable Long sizeBytes,
            @Nullable Double energyMillijoules,
            @Nullable Double minAccuracy,
            EffectiveBudget.Source source) {
        static View of(EffectiveBudget effective) {
            Budget budget = effective.budget();
            return new View(
                    budget.latencyP95Micros(),
                    budget.memoryBytes(),
                    budget.sizeBytes(),
                    budget.energyMillijoules(),
                    budget.minAccuracy(),
                    effective.source());
        }
    }

    /** A budget as it was typed: held against the bounds once every field is known to be one. */
    @Schema(name = "BudgetRequest", description = "Null and what is left out is no constraint; at least one is given")
    record Asked(
            @Schema(description = "95th percentile of one inference, batch 1") @Nullable
            Double latencyP95Micros,

            @Nullable Long memoryBytes,

            @Nullable Long sizeBytes,

            @Schema(description = "Refused until energy is planned and measured") @Nullable
            Double energyMillijoules,

            @Schema(description = "Fraction of correct answers, above 0 and up to 1") @Nullable
            Double minAccuracy) {
        Budget budget() {
            return new Budget(latencyP95Micros, memoryBytes, sizeBytes, energyMillijoules, minAccuracy);
        }
    }

    /** A member of the group that cannot meet its budget. */
    record Refused(String deviceId, double floorP95Micros, String detail) {}

    record GroupAnswer(Budget budget, List<Refused> refused) {}

    @GET
    @Operation(summary = "Show the budget that counts for a device")
    @Path("/devices/{id}/budget")
    public View ofDevice(@PathParam("id") String id) {
        return budgets.effective(new DeviceId(id))
                .map(View::of)
                .orElseThrow(() -> Problem.notFound("budget for device", id).exception());
    }

    @PUT
    @Operation(summary = "Set the budget of a device")
    @Path("/devices/{id}/budget")
    public View setForDevice(@PathParam("id") String id, @Nullable Asked budget) {
        Budget asked = required(budget);
        BudgetVerdict verdict = budgets.set(new DeviceId(id), asked);
        if (verdict instanceof BudgetVerdict.BelowFloor below) {
            throw belowFloor(below.refusal()).exception();
        }
        if (verdict instanceof BudgetVerdict.NoSuchDevice) {
            throw Problem.notFound("active device", id).exception();
        }
        return View.of(new EffectiveBudget(asked, EffectiveBudget.Source.DEVICE));
    }

    @DELETE
    @Operation(summary = "Remove the own budget of a device")
    @Path("/devices/{id}/budget")
    public void removeFromDevice(@PathParam("id") String id) {
        if (!budgets.remove(new DeviceId(id))) {
            throw Problem.notFound("own budget of device", id).exception();
        }
    }

    @GET
    @Operation(summary = "Show the budget of a group")
    @Path("/groups/{group}/budget")
    public Budget ofGroup(@PathParam("group") String group) {
        return book.find(new GroupName(group))
                .orElseThrow(() -> Problem.notFound("budget for group", group).exception());
    }

    @PUT
    @Operation(summary = "Set the budget of a group")
    @Path("/groups/{group}/budget")
    public GroupAnswer setForGroup(@PathParam("group") String group, @Nullable Asked budget) {
        Budget asked = required(budget);
        Map<DeviceId, Refusal> refusals = budgets.set(new GroupName(group), asked);
        return new GroupAnswer(
                asked,
                refusals.entrySet().stream()
                        .map(entry -> new Refused(
                                entry.getKey().value(),
                                entry.getValue().floorP95Micros(),
                                entry.getValue().detail()))
                        .toList());
    }

    @DELETE
    @Operation(summary = "Remove the budget of a group")
    @Path("/groups/{group}/budget")
    public void removeFromGroup(@PathParam("group") String group) {
        if (!budgets.remove(new GroupName(group))) {
            throw Problem.notFound("budget for group", group).exception();
        }
    }

    private static Budget required(@Nullable Asked asked) {
        if (asked == null) {
            throw Problem.invalid("latencyP95Micros", "A budget is expected as the JSON body")
                    .exception();
        }
        Budget budget = asked.budget();
        if (budget.energyMillijoules() != null) {
            throw Problem.of(
                            422,
                            "energy-not-supported",
                            "Energy cannot be asked for yet",
                            "Energy is neither planned nor measured; leave energyMillijoules out")
                    .exception();
        }
        return budget;
    }

    private static Problem belowFloor(Refusal refusal) {
        return Problem.of(422, "budget-below-floor", "Out of reach for this device", refusal.detail())
                .with("floorP95Micros", refusal.floorP95Micros())
                .with("requestedP95Micros", refusal.requestedP95Micros());
    }
}
