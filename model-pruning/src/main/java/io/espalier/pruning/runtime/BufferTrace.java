package io.espalier.pruning.runtime;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * When each buffer of a run is taken and given back.
 *
 * <p>Who shares a buffer is settled before the first run. A result takes over the buffer of an operand that it may overwrite
 * and that nothing reads any more; else the one of its own shape that fell free last, which then stays taken in between;
 * else it has its own. A buffer is taken by the first call that writes it and given back after the last that reads it.
 *
 * <p><i>Source:</i> ONNX Runtime, {@code allocation_planner.cc}.
 */
final class BufferTrace {
    private static final int NEVER = -1;

    private final KernelPlan plan;
    /** The buffer that a buffer's content is in. */
    private final int[] place;
    /** Reads still to come. */
    private final int[] uses;

    private final int[] lastStep;
    private final Deque<Integer> free = new ArrayDeque<>();

    /** A buffer is taken, or given back. */
    record Event(int buffer, long bytes, boolean taken, Use use) {
        boolean isScratch() {
            return use == Use.SCRATCH;
        }
    }

    /** What for. */
    enum Use {
        BETWEEN_CALLS,
        /** Within one call. */
        SCRATCH,
        OUTPUT
    }

    private BufferTrace(KernelPlan plan) {
        this.plan = plan;
        int buffers = plan.buffers().size();
        place = new int[buffers];
        uses = new int[buffers];
        lastStep = new int[buffers];
        Arrays.fill(lastStep, NEVER);
        for (int b = 0; b < buffers; b++) {
            // Inputs belong to the caller, who also keeps the outputs.
            uses[b] = b < plan.inputs() || plan.outputs().contains(b) ? 1 : 0;
            place[b] = b;
        }
        for (KernelPlan.Execution execution : plan.executions()) {
            execution.reads().forEach(read -> uses[read]++);
        }
    }

    /** The events of one run, in order; inputs are not among them. */
    static List<Event> of(KernelPlan plan) {
        BufferTrace trace = new BufferTrace(plan);
        for (int i = 0; i < plan.executions().size(); i++) {
            trace.place(i, plan.executions().get(i));
        }
        return trace.events();
    }

    private void place(int step, KernelPlan.Execution execution) {
        int written = execution.writes();
        if (!execution.reads().contains(written) && !plan.outputs().contains(written)) {
            place[written] = placeFor(written, execution.overwrites());
            uses[place[written]] += place[written] == written ? 0 : uses[written];
        }
        for (int read : execution.reads()) {
            int at = place[read];
            uses[at]--;
            if (uses[at] == 0) {
                free.addFirst(at);
                lastStep[at] = step;
            }
        }
    }

    private int placeFor(int written, List<Integer> overwrites) {
        KernelPlan.Buffer shape = plan.buffers().get(written);
        for (int operand : overwrites) {
            int at = place[operand];
            if (uses[at] == 1 && plan.buffers().get(operand).equals(shape)) {
                return at;
            }
        }
        for (Iterator<Integer> each = free.iterator(); each.hasNext(); ) {
            int at = each.next();
            if (plan.buffers().get(at).equals(shape)) {
                each.remove();
                return at;
            }
        }
        return written;
    }

    private List<Event> events() {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < plan.executions().size(); i++) {
            KernelPlan.Execution execution = plan.executions().get(i);
            int written = execution.writes();
            if (!execution.reads().contains(written) && place[written] == written) {
                events.add(event(written, true));
            }
            if (execution.scratchBytes() > 0) {
                int number = plan.buffers().size() + 1 + i;
                events.add(new Event(number, execution.scratchBytes(), true, Use.SCRATCH));
                events.add(new Event(number, execution.scratchBytes(), false, Use.SCRATCH));
            }
            for (int read : execution.reads()) {
                int at = place[read];
                if (lastStep[at] == i) {
                    events.add(event(at, false));
                }
            }
        }
        return events;
    }

    private Event event(int buffer, boolean taken) {
        Use use = plan.outputs().contains(buffer) ? Use.OUTPUT : Use.BETWEEN_CALLS;
        return new Event(buffer, plan.buffers().get(buffer).bytes(), taken, use);
    }
}
