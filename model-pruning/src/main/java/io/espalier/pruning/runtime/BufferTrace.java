package io.espalier.pruning.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * When each buffer of a run is taken and given back: taken by the call that writes it, given back after the last that reads
 * it. A result that may overwrite an operand nobody needs any more takes over its buffer.
 */
final class BufferTrace {
    private final KernelPlan plan;
    private final int[] lastRead;
    private final int[] place;
    private final List<Event> events = new ArrayList<>();

    /** A buffer is taken, or given back. */
    record Event(int buffer, long bytes, boolean taken) {}

    private BufferTrace(KernelPlan plan) {
        this.plan = plan;
        int buffers = plan.bufferBytes().size();
        lastRead = new int[buffers];
        place = new int[buffers];
        Arrays.fill(lastRead, -1);
        for (int b = 0; b < buffers; b++) {
            place[b] = b;
        }
        for (int i = 0; i < plan.executions().size(); i++) {
            for (int read : plan.executions().get(i).reads()) {
                lastRead[read] = i;
            }
        }
        plan.outputs().forEach(output -> lastRead[output] = Integer.MAX_VALUE);
        // Inputs belong to the caller.
        Arrays.fill(lastRead, 0, plan.inputs(), Integer.MAX_VALUE);
    }

    /** The events of one run, in order; inputs are not among them. */
    static List<Event> of(KernelPlan plan) {
        BufferTrace trace = new BufferTrace(plan);
        for (int i = 0; i < plan.executions().size(); i++) {
            trace.run(i, plan.executions().get(i));
        }
        return trace.events;
    }

    private void run(int step, KernelPlan.Execution execution) {
        int written = execution.writes();
        if (!execution.reads().contains(written)) {
            takePlace(step, execution, written);
        }
        for (int read : execution.reads()) {
            int at = place[read];
            if (lastRead[at] == step) {
                events.add(new Event(at, plan.bufferBytes().get(at), false));
            }
        }
    }

    private void takePlace(int step, KernelPlan.Execution execution, int written) {
        for (int operand : execution.overwrites()) {
            int at = place[operand];
            if (lastRead[at] == step
                    && plan.bufferBytes().get(at).equals(plan.bufferBytes().get(written))) {
                place[written] = at;
                lastRead[at] = Math.max(step, lastRead[written]);
                return;
            }
        }
        events.add(new Event(written, plan.bufferBytes().get(written), true));
    }
}
