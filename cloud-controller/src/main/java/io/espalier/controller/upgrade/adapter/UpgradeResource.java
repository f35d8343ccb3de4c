package io.espalier.controller.upgrade.adapter;

import io.espalier.controller.device.Device;
import io.espalier.controller.device.DeviceRegistry;
import io.espalier.controller.device.GroupName;
import io.espalier.controller.device.Labels;
import io.espalier.controller.problem.Problem;
import io.espalier.controller.upgrade.OrderState;
import io.espalier.controller.upgrade.Program;
import io.espalier.controller.upgrade.Programs;
import io.espalier.controller.upgrade.StepState;
import io.espalier.controller.upgrade.UpgradeOrder;
import io.espalier.controller.upgrade.UpgradeStep;
import io.espalier.controller.upgrade.Upgrades;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Orders that bring a program to devices. */
@Path("/api/v1/upgrades")
@Produces(MediaType.APPLICATION_JSON)
public final class UpgradeResource {
    private static final int LARGEST_BATCH = 10_000;

    private final Programs programs;
    private final Upgrades upgrades;
    private final DeviceRegistry devices;
    private final UpgradeRunner runner;

    UpgradeResource(Programs programs, Upgrades upgrades, DeviceRegistry devices, UpgradeRunner runner) {
        this.programs = programs;
        this.upgrades = upgrades;
        this.devices = devices;
        this.runner = runner;
    }

    @Schema(name = "UpgradeRequest", description = "Devices have to meet every condition; at least one is needed")
    record Request(
            @Schema(description = "Digest of an uploaded program") @Nullable
            String program,

            @Schema(description = "Ids") @Nullable List<String> devices,
            @Nullable String group,

            @Schema(description = "Each with this value") @Nullable
            Labels labels,

            @Schema(
                    description = "Devices that are told at once; the next ones when all of them have reported in. 1"
                            + " where left out")
            @Nullable
            Integer batchSize) {}

    /** What a program is called. */
    record ProgramName(String digest, String version, String arch) {}

    /** What the order has come to on one device. */
    record StepView(
            String device,
            String state,
            String detail,
            @Nullable String versionBefore,
            Instant changedAt) {
        static StepView of(UpgradeStep step) {
            return new StepView(
                    step.device().value(), step.state().label(), step.detail(), step.versionBefore(), step.changedAt());
        }
    }

    /** An order as the API shows it. */
    record View(
            String id,
            ProgramName program,
            int batchSize,
            String state,
            String reason,
            Instant createdAt,
            Instant changedAt,
            List<StepView> devices) {}

    /** An order in a list: without its devices, which may be thousands. */
    record OverviewView(
            String id,
            ProgramName program,
            int batchSize,
            String state,
            String reason,
            Instant createdAt,
            Instant changedAt,

            @Schema(description = "How many devices are in each state; states of none are missing")
            Map<String, Integer> deviceCounts) {}

    @POST
    @Operation(summary = "Order an upgrade of the agent")
    @APIResponseSchema(value = View.class, responseCode = "201", responseDescription = "Created")
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(201)
    public View order(@Nullable Request request) {
        if (request == null || request.program() == null) {
            throw Problem.invalid("program", "A JSON body is expected: program, and devices, group or labels")
                    .exception();
        }
        int batchSize = request.batchSize() == null ? 1 : request.batchSize();
        if (batchSize < 1 || batchSize > LARGEST_BATCH) {
            throw Problem.invalid("batchSize", "batchSize must be 1 to " + LARGEST_BATCH + ", got " + batchSize)
                    .exception();
        }
        Program program = existing(request.program());
        List<Device> asked = asked(request);
        UpgradeOrder order = runner.begin(program, asked, batchSize);
        if (order.steps().stream().noneMatch(step -> step.state() == StepState.WAITING)) {
            throw Problem.of(
                            409,
                            "nothing-to-upgrade",
                            "No device can be given this program",
                            order.steps().stream()
                                    .limit(Upgrades.MOST)
                                    .map(step -> step.device() + ": " + step.detail())
                                    .collect(Collectors.joining("; ")))
                    .exception();
        }
        return view(order);
    }

    @GET
    @Operation(summary = "List the newest upgrade orders")
    public List<OverviewView> newest() {
        return upgrades.newest().stream().map(this::overview).toList();
    }

    @GET
    @Operation(summary = "Show an upgrade order")
    @Path("/{id}")
    public View one(@PathParam("id") String id) {
        return upgrades.find(id)
                .map(this::view)
                .orElseThrow(() -> Problem.notFound("upgrade", id).exception());
    }

    /** Devices that have not answered are told to stay with what they have. */
    @POST
    @Operation(summary = "Cancel an upgrade order")
    @Path("/{id}/cancel")
    @Consumes(MediaType.WILDCARD)
    public View cancel(@PathParam("id") String id) {
        UpgradeOrder order = runner.cancel(id)
                .orElseThrow(() -> Problem.notFound("upgrade", id).exception());
        if (order.state() != OrderState.CANCELLED) {
            throw Problem.of(
                            409,
                            "upgrade-finished",
                            "The order has ended",
                            "Order " + id + " is " + order.state().label()
                                    + " already; only a running one can be cancelled")
                    .exception();
        }
        return view(order);
    }

    private List<Device> asked(Request request) {
        if (request.devices() == null && request.group() == null && request.labels() == null) {
            throw Problem.invalid("devices", "Say which devices: devices, group, labels, or several of them")
                    .exception();
        }
        if (request.devices() != null && request.devices().stream().anyMatch(Objects::isNull)) {
            throw Problem.invalid("devices", "devices must be a list of ids, got null in it")
                    .exception();
        }
        List<DeviceId> named = request.devices() == null
                ? List.of()
                : request.devices().stream().map(DeviceId::new).toList();
        GroupName group = request.group() == null ? null : new GroupName(request.group());
        Labels labels = request.labels() == null ? Labels.NONE : request.labels();
        List<Device> found = devices.all().stream()
                .filter(device -> !device.isRetired())
                .filter(device -> request.devices() == null || named.contains(device.id()))
                .filter(device -> group == null || device.group().equals(group))
                .filter(device -> device.labels()
                        .values()
                        .entrySet()
                        .containsAll(labels.values().entrySet()))
                .toList();
        requireAll(named, found);
        if (found.isEmpty()) {
            throw Problem.invalid("devices", "No active device is like that").exception();
        }
        return found;
    }

    private static void requireAll(List<DeviceId> named, List<Device> found) {
        Set<DeviceId> missing = new HashSet<>(named);
        found.forEach(device -> missing.remove(device.id()));
        if (!missing.isEmpty()) {
            throw Problem.invalid(
                            "devices",
                            "These are not active devices, or not in that group or with those labels: " + missing)
                    .exception();
        }
    }

    private Program existing(String digest) {
        return programs.find(new Sha256(digest))
                .orElseThrow(() -> Problem.invalid(
                                "program",
                                "There is no program \"" + digest + "\": upload it with POST /api/v1/programs")
                        .exception());
    }

    private OverviewView overview(Upgrades.Overview order) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        order.devices().forEach((state, devices) -> counts.put(state.label(), devices));
        return new OverviewView(
                order.id(),
                name(order.program()),
                order.batchSize(),
                order.state().label(),
                order.reason(),
                order.createdAt(),
                order.changedAt(),
                counts);
    }

    private ProgramName name(Sha256 digest) {
        Program program = programs.find(digest).orElseThrow();
        return new ProgramName(program.digest().hex(), program.version(), program.arch());
    }

    private View view(UpgradeOrder order) {
        return new View(
                order.id(),
                name(order.program()),
                order.batchSize(),
                order.state().label(),
                order.reason(),
                order.createdAt(),
                order.changedAt(),
                order.steps().stream().map(StepView::of).toList());
    }
}
