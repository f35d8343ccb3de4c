package io.espalier.controller.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.deployment.AgentProgram;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UpgradeRuleTest {
    private static final Sha256 PROGRAM = Sha256.of(new byte[] {1});
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant BEFORE = NOW.minusSeconds(60);

    private final Map<DeviceId, Standing> standings = new HashMap<>();

    @Test
    void tellsOneBatchAndTheNextOnlyWhenAllOfItHaveReportedIn() {
        UpgradeOrder order = order(2, "a", "b", "c");
        at("a", null, null);
        at("b", null, null);
        at("c", null, null);

        order = next(order);
        assertThat(states(order)).containsExactly("under-way", "under-way", "waiting");

        at("a", PROGRAM, null);
        order = next(order);
        assertThat(states(order)).containsExactly("upgraded", "under-way", "waiting");

        at("b", PROGRAM, null);
        order = next(order);
        assertThat(states(order)).containsExactly("upgraded", "upgraded", "under-way");

        at("c", PROGRAM, null);
        order = next(order);
        assertThat(states(order)).containsExactly("upgraded", "upgraded", "upgraded");
        assertThat(order.state()).isEqualTo(OrderState.DONE);
    }

    @Test
    void stopsAtTheFirstFailureAndTakesBackWhatWasNotAnswered() {
        UpgradeOrder order = order(2, "a", "b", "c");
        at("a", null, null);
        at("b", null, null);
        at("c", null, null);
        order = next(order);

        at("b", null, PROGRAM);
        order = next(order);

        assertThat(states(order)).containsExactly("withdrawn", "failed", "left-out");
        assertThat(order.state()).isEqualTo(OrderState.STOPPED);
        assertThat(order.reason()).isEqualTo("b: it never reported in");
        assertThat(next(order)).isSameAs(order);
    }

    @Test
    void tellsThoseThatAreThereFirst() {
        UpgradeOrder order = order(1, "a", "b");
        standings.put(new DeviceId("a"), new Standing(false, false, BEFORE, new AgentProgram(null, null, "")));
        at("b", null, null);

        assertThat(states(next(order))).containsExactly("waiting", "under-way");
    }

    @Test
    void waitsForADeviceThatSaysNothing() {
        UpgradeOrder order = order(1, "a", "b");
        at("a", null, null);
        at("b", null, null);
        order = next(order);

        at("a", Sha256.of(new byte[] {2}), Sha256.of(new byte[] {3}));

        assertThat(next(order)).isSameAs(order);
    }

    @Test
    void leavesRetiredDevicesOut() {
        UpgradeOrder order = order(1, "a", "b");
        standings.put(new DeviceId("a"), new Standing(true, true, BEFORE, null));
        at("b", PROGRAM, null);

        order = next(next(order));

        assertThat(states(order)).containsExactly("left-out", "upgraded");
        assertThat(order.state()).isEqualTo(OrderState.DONE);
    }

    @Test
    void leavesAMachineOutThatTookADevicesNameAfterTheOrder() {
        UpgradeOrder order = order(1, "a", "b");
        at("a", null, null);
        at("b", PROGRAM, null);
        order = next(order);
        assertThat(states(order)).containsExactly("under-way", "waiting");

        standings.put(
                new DeviceId("a"), new Standing(false, true, NOW.plusSeconds(1), new AgentProgram(PROGRAM, null, "")));
        order = next(next(order));

        assertThat(states(order)).containsExactly("left-out", "upgraded");
        assertThat(order.steps().get(0).detail()).isEqualTo("another machine has its name");
    }

    @Test
    void aCancelledOrderTellsNobody() {
        UpgradeOrder order = order(1, "a", "b");
        at("a", null, null);
        at("b", null, null);

        order = UpgradeRule.cancel(next(order), NOW);

        assertThat(states(order)).containsExactly("withdrawn", "left-out");
        assertThat(order.state()).isEqualTo(OrderState.CANCELLED);
        assertThat(next(order)).isSameAs(order);
        assertThat(UpgradeRule.cancel(order, NOW)).isSameAs(order);
    }

    private void at(String device, @Nullable Sha256 running, @Nullable Sha256 refused) {
        String why = refused == null ? "" : "it never reported in";
        standings.put(new DeviceId(device), new Standing(false, true, BEFORE, new AgentProgram(running, refused, why)));
    }

    private UpgradeOrder next(UpgradeOrder order) {
        return UpgradeRule.next(order, standings, NOW);
    }

    private static UpgradeOrder order(int batchSize, String... devices) {
        List<UpgradeStep> steps = Stream.of(devices)
                .map(device -> new UpgradeStep(new DeviceId(device), StepState.WAITING, "", "0.1.0", NOW))
                .toList();
        return new UpgradeOrder("o", PROGRAM, batchSize, OrderState.RUNNING, "", NOW, NOW, steps);
    }

    private static List<String> states(UpgradeOrder order) {
        return order.steps().stream().map(step -> step.state().label()).toList();
    }
}
