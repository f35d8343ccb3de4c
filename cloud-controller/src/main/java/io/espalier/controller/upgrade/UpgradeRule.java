package io.espalier.controller.upgrade;

import io.espalier.controller.deployment.AgentProgram;
import io.espalier.proto.DeviceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Carries an order on by what its devices say. A batch is told when every device of the one before runs the program; those that
 * are there go before those that are away. The first device that fails ends the order.
 */
public final class UpgradeRule {
    private UpgradeRule() {}

    /** The order as it should be now; the same one where nothing is to be done. */
    public static UpgradeOrder next(UpgradeOrder order, Map<DeviceId, Standing> standings, Instant now) {
        if (order.state() != OrderState.RUNNING) {
            return order;
        }
        List<UpgradeStep> steps = new ArrayList<>(order.steps());
        steps.replaceAll(step -> step.state() == StepState.UNDER_WAY ? heard(step, order, standings, now) : step);
        if (isNone(steps, StepState.FAILED) && isNone(steps, StepState.UNDER_WAY)) {
            tellNext(steps, order, standings, now);
        }
        for (UpgradeStep step : steps) {
            if (step.state() == StepState.FAILED) {
                return end(order, steps, OrderState.STOPPED, step.device() + ": " + step.detail(), now);
            }
        }
        boolean done = isNone(steps, StepState.WAITING) && isNone(steps, StepState.UNDER_WAY);
        return done ? end(order, steps, OrderState.DONE, "", now) : with(order, steps, order.state(), "", now);
    }

    /** No device is told any more, and those that have not answered are told otherwise. */
    public static UpgradeOrder cancel(UpgradeOrder order, Instant now) {
        return order.state() == OrderState.RUNNING
                ? end(order, new ArrayList<>(order.steps()), OrderState.CANCELLED, "by an operator", now)
                : order;
    }

    private static void tellNext(
            List<UpgradeStep> steps, UpgradeOrder order, Map<DeviceId, Standing> standings, Instant now) {
        List<DeviceId> waiting = steps.stream()
                .filter(step -> step.state() == StepState.WAITING)
                .map(UpgradeStep::device)
                .sorted(Comparator.comparing(
                        device -> !standing(standings, device).online()))
                .toList();
        Set<DeviceId> told = new HashSet<>(waiting.subList(0, Math.min(order.batchSize(), waiting.size())));
        steps.replaceAll(step -> told.contains(step.device())
                ? heard(step.to(StepState.UNDER_WAY, "", now), order, standings, now)
                : step);
    }

    /** Where the device's own word takes its step. */
    private static UpgradeStep heard(
            UpgradeStep step, UpgradeOrder order, Map<DeviceId, Standing> standings, Instant now) {
        Standing standing = standing(standings, step.device());
        if (standing.retired()) {
            return step.to(StepState.LEFT_OUT, "it is retired", now);
        }
        if (standing.enrolledAt().isAfter(order.createdAt())) {
            return step.to(StepState.LEFT_OUT, "another machine has its name", now);
        }
        AgentProgram program = standing.program();
        if (program != null && order.program().equals(program.running())) {
            return step.to(StepState.UPGRADED, "", now);
        }
        return program != null && order.program().equals(program.refused())
                ? step.to(StepState.FAILED, program.why(), now)
                : step;
    }

    private static Standing standing(Map<DeviceId, Standing> standings, DeviceId device) {
        return standings.getOrDefault(device, Standing.GONE);
    }

    private static boolean isNone(List<UpgradeStep> steps, StepState state) {
        return steps.stream().noneMatch(step -> step.state() == state);
    }

    private static UpgradeOrder end(
            UpgradeOrder order, List<UpgradeStep> steps, OrderState state, String reason, Instant now) {
        String why = "the order was " + state.label();
        steps.replaceAll(step -> switch (step.state()) {
            case UNDER_WAY -> step.to(StepState.WITHDRAWN, why, now);
            case WAITING -> step.to(StepState.LEFT_OUT, why, now);
            default -> step;
        });
        return with(order, steps, state, reason, now);
    }

    private static UpgradeOrder with(
            UpgradeOrder order, List<UpgradeStep> steps, OrderState state, String reason, Instant now) {
        return steps.equals(order.steps()) && state == order.state()
                ? order
                : new UpgradeOrder(
                        order.id(), order.program(), order.batchSize(), state, reason, order.createdAt(), now, steps);
    }
}
