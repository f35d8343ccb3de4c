package io.espalier.controller.fleet;

import io.espalier.controller.budget.Budget;
import io.espalier.controller.budget.BudgetBook;
import io.espalier.controller.budget.Budgets;
import io.espalier.controller.budget.EffectiveBudget;
import io.espalier.controller.budget.Refusal;
import io.espalier.controller.device.CertificateBook;
import io.espalier.controller.device.Device;
import io.espalier.controller.device.DeviceCertificate;
import io.espalier.controller.device.DeviceRegistry;
import io.espalier.controller.device.GroupName;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.ModelAssignments;
import io.espalier.controller.model.ModelCatalog;
import io.espalier.controller.model.ModelId;
import io.espalier.controller.profile.DeviceProfile;
import io.espalier.controller.profile.ProfileStore;
import io.espalier.proto.DeviceId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Assembles device views; a fixed number of queries for any number of devices. */
public final class Fleet {
    private final DeviceRegistry devices;
    private final BudgetBook budgets;
    private final ModelCatalog models;
    private final ModelAssignments assignments;
    private final ProfileStore profiles;
    private final DeviceFacts facts;
    private final CertificateBook certificates;
    private final Clock clock;

    public Fleet(
            DeviceRegistry devices,
            BudgetBook budgets,
            ModelCatalog models,
            ModelAssignments assignments,
            ProfileStore profiles,
            DeviceFacts facts,
            CertificateBook certificates,
            Clock clock) {
        this.devices = devices;
        this.budgets = budgets;
        this.models = models;
        this.assignments = assignments;
        this.profiles = profiles;
        this.facts = facts;
        this.certificates = certificates;
        this.clock = clock;
    }

    /** What to show; null is no condition. The search looks at ids, groups, labels and model names. */
    public record Filter(
            @Nullable String search,
            @Nullable DeviceState state,
            @Nullable GroupName group) {
        public static final Filter NONE = new Filter(null, null, null);
    }

    /** Retired devices are shown only to whoever asks for that state. */
    public List<DeviceView> list(Filter filter) {
        List<Device> candidates = devices.all().stream()
                .filter(device -> filter.group() == null || device.group().equals(filter.group()))
                .filter(device -> device.isRetired() == (filter.state() == DeviceState.RETIRED))
                .toList();
        return views(candidates).stream()
                .filter(view -> filter.state() == null || view.state() == filter.state())
                .filter(view -> matches(view, filter.search()))
                .toList();
    }

    public Optional<DeviceView> find(DeviceId id) {
        return devices.find(id).map(device -> views(List.of(device)).get(0));
    }

    /** Every group that has devices, a budget or a model. */
    public List<GroupView> groups() {
        Map<GroupName, Integer> sizes = devices.groupSizes();
        Map<GroupName, Budget> ofGroups = budgets.ofGroups();
        Map<GroupName, ModelId> modelsOfGroups = assignments.ofGroups();
        Map<ModelId, String> names = modelNames();
        TreeSet<String> all = new TreeSet<>();
        sizes.keySet().forEach(group -> all.add(group.value()));
        ofGroups.keySet().forEach(group -> all.add(group.value()));
        modelsOfGroups.keySet().forEach(group -> all.add(group.value()));
        return all.stream()
                .map(GroupName::new)
                .map(group -> {
                    ModelId model = modelsOfGroups.get(group);
                    return new GroupView(
                            group.value(),
                            sizes.getOrDefault(group, 0),
                            model == null ? null : model.value(),
                            model == null ? null : names.get(model),
                            ofGroups.get(group));
                })
                .toList();
    }

    /** A group as the API shows it. */
    public record GroupView(
            String name,
            int devices,
            @Nullable String modelId,
            @Nullable String modelName,
            @Nullable Budget budget) {}

    private List<DeviceView> views(List<Device> shown) {
        List<DeviceId> ids = shown.stream().map(Device::id).toList();
        Map<DeviceId, Facts> known = facts.of(ids);
        Map<DeviceId, DeviceProfile> measured = profiles.newest(ids);
        Map<DeviceId, Budget> ofDevices = budgets.ofDevices();
        Map<GroupName, Budget> ofGroups = budgets.ofGroups();
        Map<DeviceId, Refusal> refusals = budgets.refusals();
        Map<DeviceId, ModelId> modelsOfDevices = assignments.ofDevices();
        Map<GroupName, ModelId> modelsOfGroups = assignments.ofGroups();
        Map<ModelId, String> names = modelNames();
        Map<DeviceId, DeviceCertificate> certified = certificates.newest(ids);
        Instant now = clock.instant();
        return shown.stream()
                .map(device -> {
                    ModelId model = modelsOfDevices.getOrDefault(device.id(), modelsOfGroups.get(device.group()));
                    Optional<EffectiveBudget> budget = Budgets.prevailing(
                            Optional.ofNullable(ofDevices.get(device.id())),
                            Optional.ofNullable(ofGroups.get(device.group())));
                    return view(
                            device,
                            known.getOrDefault(device.id(), Facts.NONE),
                            Optional.ofNullable(measured.get(device.id())),
                            budget,
                            Optional.ofNullable(refusals.get(device.id()))
                                    .filter(refusal -> budget.filter(each -> refusal.isOf(each.budget()))
                                            .isPresent()),
                            model == null ? null : model.value(),
                            model == null ? null : names.get(model),
                            Optional.ofNullable(certified.get(device.id()))
                                    .map(each -> DeviceView.CertificateView.of(each, now))
                                    .orElse(null));
                })
                .toList();
    }

    private static DeviceView view(
            Device device,
            Facts facts,
            Optional<DeviceProfile> profile,
            Optional<EffectiveBudget> budget,
            Optional<Refusal> refusal,
            @Nullable String modelId,
            @Nullable String modelName,
            DeviceView.@Nullable CertificateView certificate) {
        return new DeviceView(
                device.id().value(),
                device.group().value(),
                device.labels().values(),
                state(device, facts, refusal.isPresent()),
                refusal.map(Refusal::detail).orElse(facts.stateDetail()),
                facts.online(),
                profile.map(known -> Math.max(1, known.hardware().simulatedSlowdown()))
                        .orElse(1),
                modelId,
                modelName,
                budget.map(DeviceView.BudgetView::of).orElse(null),
                refusal.map(DeviceView.RefusalView::of).orElse(null),
                facts.active(),
                facts.dense(),
                facts.measured(),
                facts.pinned(),
                facts.job(),
                facts.lastSeenAt(),
                device.enrolledAt(),
                facts.agent() == null ? device.agentVersion() : facts.agent().version(),
                facts.agent(),
                certificate);
    }

    private static DeviceState state(Device device, Facts facts, boolean refused) {
        if (device.isRetired()) {
            return DeviceState.RETIRED;
        }
        if (!facts.online() && facts.lastSeenAt() != null) {
            return DeviceState.OFFLINE;
        }
        DeviceState working = facts.state();
        boolean settled = working == null || working == DeviceState.SERVING || working == DeviceState.ENROLLED;
        if (refused && settled) {
            return DeviceState.REFUSED;
        }
        return working == null ? DeviceState.ENROLLED : working;
    }

    private Map<ModelId, String> modelNames() {
        return models.all().stream().collect(Collectors.toMap(BaseModel::id, BaseModel::name));
    }

    private static boolean matches(DeviceView view, @Nullable String search) {
        if (search == null || search.isBlank()) {
            return true;
        }
        String wanted = search.trim().toLowerCase(Locale.ROOT);
        Function<@Nullable String, Boolean> has =
                text -> text != null && text.toLowerCase(Locale.ROOT).contains(wanted);
        return has.apply(view.id())
                || has.apply(view.group())
                || has.apply(view.modelName())
                || view.labels().entrySet().stream()
                        .anyMatch(label -> has.apply(label.getKey() + "=" + label.getValue()));
    }
}
