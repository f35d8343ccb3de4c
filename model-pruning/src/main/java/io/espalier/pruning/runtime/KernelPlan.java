package io.espalier.pruning.runtime;

import java.util.ArrayList;
import java.util.List;

/**
 * The kernel calls ONNX Runtime makes for a network when it blocks channels in a given step.
 *
 * <p>Convolutions whose channels fit the step run blocked, their outputs padded to whole blocks; pools only where the
 * channels are whole blocks. A tensor that is needed in the other layout is reordered once. A convolution takes an
 * activation or an addition that follows it along, where nothing else reads its result.
 *
 * <p>Source: ONNX Runtime 1.29, {@code NchwcTransformer}, {@code ConvActivationFusion}, {@code ConvAddActivationFusion};
 * checked against the graphs it writes with {@code optimized_model_filepath}.
 */
public final class KernelPlan {
    private final OperatorGraph graph;
    private final ChannelStep step;
    private final List<Call> calls = new ArrayList<>();
    private final Layouts[] values;

    private KernelPlan(OperatorGraph graph, ChannelStep step) {
        this.graph = graph;
        this.step = step;
        this.values = new Layouts[graph.values()];
    }

    /** In the order of execution. */
    public static List<KernelCall> of(OperatorGraph graph, ChannelStep step) {
        return new KernelPlan(graph, step).lower();
    }

    /** Where a value is to be had; either may be missing, not both. */
    private static final class Layouts {
        private boolean plain;
        private boolean blocked;
        private final boolean bornBlocked;
        /** The call that wrote it, while that can still take along what follows. */
        private final Call writer;

        Layouts(boolean blocked, Call writer) {
            this.plain = !blocked;
            this.blocked = blocked;
            this.bornBlocked = blocked;
            this.writer = writer;
        }
    }

    /** A call that may still change. */
    private static final class Call {
        private KernelCall kernel;
        private final boolean takesAddition;
        private boolean takesActivation;

        Call(KernelCall kernel, boolean takesAddition, boolean takesActivation) {
            this.kernel = kernel;
            this.takesAddition = takesAddition;
            this.takesActivation = takesActivation;
        }
    }

    private List<KernelCall> lower() {
        Call none = new Call(move(KernelCall.Kind.VIEW, graph.value(0)), false, false);
        for (int v = 0; v < graph.inputs(); v++) {
            values[v] = new Layouts(false, none);
        }
        for (int i = 0; i < graph.operators().size(); i++) {
            values[graph.written(i)] = lower(graph.operators().get(i), graph.value(graph.written(i)));
        }
        for (int v = 0; v < values.length; v++) {
            if (graph.value(v).isOutput()) {
                plain(v);
            }
        }
        return calls.stream().map(call -> call.kernel).toList();
    }

    private Layouts lower(Operator op, OperatorGraph.Value written) {
        return switch (op.kind()) {
            case CONVOLUTION -> convolution(op);
            case MATRIX -> {
                plain(op.reads().get(0));
                yield call(kernel(op, KernelCall.Kind.MATRIX, op.inChannels(), op.outChannels()), false, false, true);
            }
            case POOL -> {
                boolean blocked = isWholeBlocks(op.outChannels());
                if (blocked) {
                    blocked(op.reads().get(0));
                } else {
                    plain(op.reads().get(0));
                }
                KernelCall.Kind kind = blocked ? KernelCall.Kind.POOL : KernelCall.Kind.PLAIN_POOL;
                yield call(kernel(op, kind, 1, op.outChannels()), blocked, false, false);
            }
            case ACTIVATION -> activation(op, written);
            case ADD -> addition(op, written);
            case CONCAT -> {
                boolean blocked = op.reads().stream()
                        .allMatch(v ->
                                values[v].bornBlocked && isWholeBlocks(graph.value(v).channels()));
                yield moving(op, written, blocked);
            }
            case VIEW -> {
                plain(op.reads().get(0));
                yield call(move(KernelCall.Kind.VIEW, written), false, false, false);
            }
            case ELEMENTWISE -> moving(op, written, false);
        };
    }

    private Layouts convolution(Operator op) {
        int input = op.reads().get(0);
        if (op.isDepthwise()) {
            boolean blocked = step.isBlocked() && step.isAligned(op.outChannels());
            if (blocked) {
                blocked(input);
                return call(
                        kernel(op, KernelCall.Kind.DEPTHWISE, 1, step.padded(op.outChannels())), true, true, true);
            }
            plain(input);
            return call(kernel(op, KernelCall.Kind.PLAIN_DEPTHWISE, 1, op.outChannels()), false, true, true);
        }
        long in = op.inChannels() / op.groups();
        boolean pointwise = op.kernelArea() == 1;
        if (op.groups() == 1 && step.isBlocked() && in < step.block()) {
            plain(input);
            KernelCall.Kind kind = pointwise ? KernelCall.Kind.FIRST_POINTWISE : KernelCall.Kind.FIRST;
            return call(kernel(op, kind, in, step.padded(op.outChannels())), true, true, true);
        }
        boolean blocked = step.isBlocked()
                && (op.groups() == 1
                        ? step.isAligned(in)
                        : isWholeBlocks(in) && isWholeBlocks(op.outChannels() / op.groups()));
        if (blocked) {
            blocked(input);
            KernelCall.Kind kind = pointwise ? KernelCall.Kind.POINTWISE : KernelCall.Kind.SPATIAL;
            return call(kernel(op, kind, step.padded(in), step.padded(op.outChannels())), true, true, true);
        }
        plain(input);
        KernelCall.Kind kind = pointwise ? KernelCall.Kind.PLAIN_POINTWISE : KernelCall.Kind.PLAIN_SPATIAL;
        return call(kernel(op, kind, in, op.outChannels()), false, true, true);
    }

    private Layouts activation(Operator op, OperatorGraph.Value written) {
        int input = op.reads().get(0);
        Call writer = values[input].writer;
        if (writer.takesActivation && isReadOnce(input)) {
            writer.takesActivation = false;
            return values[input];
        }
        return moving(op, written, values[input].bornBlocked);
    }

    private Layouts addition(Operator op, OperatorGraph.Value written) {
        boolean blocked = op.reads().stream().allMatch(v -> values[v].bornBlocked);
        for (int i = 0; i < 2; i++) {
            int own = op.reads().get(i);
            int other = op.reads().get(1 - i);
            Call writer = values[own].writer;
            boolean alike = blocked || !values[own].bornBlocked;
            if (alike && writer.takesAddition && !writer.kernel.adds() && writer.takesActivation && isReadOnce(own)) {
                if (!blocked) {
                    plain(other);
                }
                writer.kernel = adding(writer.kernel);
                // It runs once the other summand is there.
                calls.remove(writer);
                calls.add(writer);
                return values[own];
            }
        }
        return moving(op, written, blocked);
    }

    private Layouts moving(Operator op, OperatorGraph.Value written, boolean blocked) {
        if (!blocked) {
            op.reads().forEach(this::plain);
        }
        KernelCall kernel = move(KernelCall.Kind.ELEMENTWISE, written);
        return call(blocked ? padded(kernel) : kernel, blocked, false, false);
    }

    private boolean isReadOnce(int value) {
        return graph.value(value).uses() == 1 && !graph.value(value).isOutput();
    }

    private boolean isWholeBlocks(long channels) {
        return step.isBlocked() && channels % step.block() == 0;
    }

    private void plain(int value) {
        if (!values[value].plain) {
            values[value].plain = true;
            add(new Call(move(KernelCall.Kind.REORDER_OUT, graph.value(value)), false, false));
        }
    }

    private void blocked(int value) {
        if (!values[value].blocked) {
            values[value].blocked = true;
            add(new Call(padded(move(KernelCall.Kind.REORDER_IN, graph.value(value))), false, false));
        }
    }

    private Layouts call(KernelCall kernel, boolean blocked, boolean takesAddition, boolean takesActivation) {
        return new Layouts(blocked, add(new Call(kernel, takesAddition, takesActivation)));
    }

    private Call add(Call call) {
        calls.add(call);
        return call;
    }

    private static KernelCall kernel(Operator op, KernelCall.Kind kind, long in, long out) {
        return new KernelCall(
                kind,
                in,
                out,
                op.kernelArea(),
                op.inputPositions(),
                op.outputPositions(),
                op.outputWidth(),
                op.window().stride(),
                op.window().padded(),
                false);
    }

    private static KernelCall move(KernelCall.Kind kind, OperatorGraph.Value value) {
        return new KernelCall(
                kind, 1, value.channels(), 1, value.positions(), value.positions(), value.positions(), 1, false, false);
    }

    private KernelCall padded(KernelCall k) {
        return new KernelCall(
                k.kind(),
                k.inChannels(),
                step.padded(k.outChannels()),
                k.area(),
                k.inPositions(),
                k.outPositions(),
                k.outWidth(),
                k.stride(),
                k.padded(),
                k.adds());
    }

    private static KernelCall adding(KernelCall k) {
        return new KernelCall(
                k.kind(),
                k.inChannels(),
                k.outChannels(),
                k.area(),
                k.inPositions(),
                k.outPositions(),
                k.outWidth(),
                k.stride(),
                k.padded(),
                true);
    }
}
