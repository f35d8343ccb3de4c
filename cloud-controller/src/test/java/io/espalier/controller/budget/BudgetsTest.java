package io.espalier.controller.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.espalier.controller.deployment.DeviceEvent;
import io.espalier.controller.deployment.InMemoryHistory;
import io.espalier.controller.device.Device;
import io.espalier.controller.device.GroupName;
import io.espalier.controller.device.InMemoryDeviceRegistry;
import io.espalier.controller.device.Labels;
import io.espalier.controller.live.RecordedEvents;
import io.espalier.proto.DeviceId;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BudgetsTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final DeviceId CAMERA = new DeviceId("camera");
    private static final DeviceId GATE = new DeviceId("gate");
    private static final GroupName LINE = new GroupName("line");

    private final InMemoryBudgetBook book = new InMemoryBudgetBook();
    private final InMemoryDeviceRegistry devices = new InMemoryDeviceRegistry();
    private final RecordedEvents events = new RecordedEvents();
    private final Map<DeviceId, Double> floors = new HashMap<>();
    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    private final InMemoryHistory history = new InMemoryHistory(clock);
    private final Budgets budgets = new Budgets(
            book,
            device -> floors.containsKey(device) ? OptionalDouble.of(floors.get(device)) : OptionalDouble.empty(),
            devices,
            history,
            events,
            clock);

    @BeforeEach
    void enrol() {
        devices.add(new Device(CAMERA, LINE, Labels.NONE, null, NOW, null));
        devices.add(new Device(GATE, LINE, Labels.NONE, null, NOW, null));
    }

    @Test
    void refusesAWishBelowTheFloorAndKeepsEverythingAsItWas() {
        budgets.set(CAMERA, latency(900));
        floors.put(CAMERA, 410.0);

        BudgetVerdict verdict = budgets.set(CAMERA, latency(205));

        assertThat(verdict)
                .isEqualTo(new BudgetVerdict.BelowFloor(new Refusal(
                        205,
                        410,
                        "Needs at least 410 µs: the narrowest form of the model already takes that long here; asked for 205 µs.",
                        NOW)));
        assertThat(budgets.toPlan(CAMERA)).contains(new EffectiveBudget(latency(900), EffectiveBudget.Source.DEVICE));
        assertThat(book.refusal(CAMERA)).isEmpty();
    }

    @Test
    void tellsTheDevicesHistoryOnceOfARefusedWish() {
        floors.put(CAMERA, 410.0);

        budgets.set(CAMERA, latency(205));
        budgets.set(CAMERA, latency(205));

        assertThat(history.of(CAMERA))
                .containsExactly(new DeviceEvent(
                        NOW,
                        "budget-refused",
                        "A budget was refused and changes nothing. Needs at least 410 µs: the narrowest form of the model"
                                + " already takes that long here; asked for 205 µs.",
                        Map.of()));
        assertThat(events.changes()).as("changes of budgets").isEmpty();
    }

    @Test
    void tellsTheHistoryOnceThatAStandingBudgetIsOutOfReach() {
        budgets.set(LINE, latency(300));
        floors.put(CAMERA, 410.0);

        budgets.measured(CAMERA);
        budgets.recheck(CAMERA);

        assertThat(history.of(CAMERA))
                .extracting(DeviceEvent::kind, DeviceEvent::text)
                .containsExactly(tuple(
                        "refused",
                        "The group's budget is out of reach. Needs at least 410 µs: the narrowest form of the model"
                                + " already takes that long here; asked for 300 µs. The device keeps its model."));
    }

    @Test
    void forgetsTheRefusalWithTheNextPossibleBudget() {
        budgets.set(CAMERA, latency(300));
        floors.put(CAMERA, 410.0);
        budgets.measured(CAMERA);

        assertThat(budgets.set(CAMERA, latency(500))).isEqualTo(new BudgetVerdict.Accepted());
        assertThat(book.refusal(CAMERA)).isEmpty();
    }

    @Test
    void letsTheDevicesOwnBudgetWinAsAWhole() {
        budgets.set(LINE, new Budget(700.0, 1_000_000L, null, null, null));
        budgets.set(CAMERA, latency(500));

        assertThat(budgets.effective(CAMERA))
                .contains(new EffectiveBudget(latency(500), EffectiveBudget.Source.DEVICE));
        assertThat(budgets.effective(GATE).map(EffectiveBudget::source)).contains(EffectiveBudget.Source.GROUP);
    }

    @Test
    void namesTheMembersThatCannotMeetTheirGroupsBudget() {
        floors.put(GATE, 800.0);

        assertThat(budgets.set(LINE, latency(700))).containsOnlyKeys(GATE);
        assertThat(budgets.toPlan(CAMERA)).isPresent();
        assertThat(budgets.toPlan(GATE)).isEmpty();
    }

    @Test
    void plansNothingThatAPlanAlreadyProvedOutOfReach() {
        budgets.set(CAMERA, latency(500));
        budgets.refuse(CAMERA, Refusal.of(500, 600, NOW));

        assertThat(budgets.toPlan(CAMERA)).isEmpty();
    }

    @Test
    void forgetsTheRefusalOfABudgetThatPlanningFindsSomethingForAfterAll() {
        budgets.set(CAMERA, latency(500));
        budgets.refuse(CAMERA, Refusal.of(500, 600, NOW));

        budgets.withinReach(CAMERA);

        assertThat(budgets.toPlan(CAMERA)).isPresent();
        assertThat(book.refusal(CAMERA)).isEmpty();
    }

    @Test
    void doesNotTakeAnEarlierRefusalOfLessForOneOfTheBudgetThatStands() {
        budgets.set(LINE, latency(500));
        book.remember(CAMERA, Refusal.of(205, 410, NOW)); // Earlier releases kept what an operator had asked in vain.

        assertThat(budgets.toPlan(CAMERA)).isPresent();
        assertThat(book.refusal(CAMERA).filter(refusal -> refusal.isOf(latency(500))))
                .isEmpty();
    }

    @Test
    void refusesOnceTheDeviceHasMeasuredThatItCannot() {
        budgets.set(CAMERA, latency(300));
        assertThat(budgets.toPlan(CAMERA)).isPresent();

        floors.put(CAMERA, 410.0);
        budgets.measured(CAMERA);

        assertThat(budgets.toPlan(CAMERA)).isEmpty();
        assertThat(book.refusal(CAMERA).map(Refusal::floorP95Micros)).contains(410.0);
    }

    @Test
    void keepsWhatPlanningProvedWhenTheDeviceMeasuresAgain() {
        budgets.set(CAMERA, latency(500));
        budgets.refuse(CAMERA, Refusal.of(500, 600, NOW));
        floors.put(CAMERA, 410.0);

        budgets.measured(CAMERA);

        assertThat(book.refusal(CAMERA).map(Refusal::floorP95Micros)).contains(600.0);
    }

    @Test
    void knowsNoBudgetForARetiredDevice() {
        devices.retire(CAMERA, NOW);

        assertThat(budgets.set(CAMERA, latency(500))).isEqualTo(new BudgetVerdict.NoSuchDevice());
    }

    @Test
    void announcesEveryDeviceThatAGroupsBudgetTouches() {
        budgets.set(LINE, latency(700));

        assertThat(events.changes()).containsExactly(new BudgetChanged(CAMERA), new BudgetChanged(GATE));
    }

    private static Budget latency(double micros) {
        return new Budget(micros, null, null, null, null);
    }
}
