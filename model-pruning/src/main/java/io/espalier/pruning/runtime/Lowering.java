package io.espalier.pruning.runtime;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Chooses kernels and layouts as ONNX Runtime does.
 *
 * <p>Convolutions whose channels fit the step run blocked, their outputs padded to whole blocks; pools only where the
 * channels are whole blocks, global ones only where they are in blocks already. A tensor that is needed in the other layout is reordered once. A convolution takes an
 * activation or an addition that follows it along, where nothing else reads its result.
 *
 * <p>Source: ONNX Runtime 1.29, {@code NchwcTransformer}, {@code ConvActivationFusion}, {@code ConvAddActivationFusion};
 * checked against the graphs it writes with {@code optimized_model_filepath}.
 */
final class Lowering {
    private static final int NONE = -1;
    private static final long FLOAT_BYTES = 4;
    /** What a convolution over unrolled windows unrolls at a time, in MLAS, where it need not unroll all. */
    private static final long UNROLLED_BYTES = 128 * 128 * FLOAT_BYTES;

    private final OperatorGraph graph;
    private final ChannelStep step;
    private final List<Call> calls = new ArrayList<>();
    private final List<KernelPlan.Buffer> buffers = new ArrayList<>();
    private final Layouts[] values;

    Lowering(OperatorGraph graph, ChannelStep step) {
        this.graph = graph;
        this.step = step;
        this.values = new Layouts[graph.values()];
    }

    /** The buffers a value is to be had in; either may be missing, not both. */
    private static final class Layouts {
        private int plain = NONE;
        private int blocked = NONE;
        private final boolean bornBlocked;
        /** The call that wrote it, while that can still take along what follows. */
        private final Call writer;

        Layouts(int buffer, boolean blocked, Call writer) {
            if (blocked) {
                this.blocked = buffer;
            } else {
                this.plain = buffer;
            }
            this.bornBlocked = blocked;
            this.writer = writer;
        }
    }

    /** A call that may still change. */
    private static final class Call {
        private KernelCall kernel;
        private final Set<Integer> reads;
        private final int writes;
        private final List<Integer> overwrites = new ArrayList<>();
        private final boolean takesAddition;
        private boolean takesActivation;
        private long weightBytes;
        private long scratchBytes;

        Call(KernelCall kernel, List<Integer> reads, int writes, boolean takesAddition, boolean takesActivation) {
            this.kernel = kernel;
            this.reads = new LinkedHashSet<>(reads);
            this.writes = writes;
            this.takesAddition = takesAddition;
            this.takesActivation = takesActivation;
        }

        KernelPlan.Execution execution() {
            return new KernelPlan.Execution(kernel, List.copyOf(reads), writes, overwrites, weightBytes, scratchBytes);
        }
    }

    KernelPlan plan() {
        Call none = new Call(move(KernelCall.Kind.VIEW, graph.value(0)), List.of(), NONE, false, false);
        for (int v = 0; v < graph.inputs(); v++) {
            values[v] =
                    new Layouts(buffer(graph.value(v).channels(), graph.value(v).positions()), false, none);
        }
        for (int i = 0; i < graph.operators().size(); i++) {
            values[graph.written(i)] = lower(graph.operators().get(i), graph.value(graph.written(i)));
        }
        Set<Integer> outputs = new LinkedHashSet<>();
        for (int v = 0; v < values.length; v++) {
            if (graph.value(v).isOutput()) {
                outputs.add(plain(v));
            }
        }
        return new KernelPlan(calls.stream().map(Call::execution).toList(), buffers, graph.inputs(), outputs);
    }

    private int buffer(long channels, long positions) {
        buffers.add(new KernelPlan.Buffer(channels, positions));
        return buffers.size() - 1;
    }

    /** What a call writes into. */
    private int buffer(KernelCall kernel) {
        return buffer(kernel.outChannels(), kernel.outPositions());
    }

    private Layouts lower(Operator op, OperatorGraph.Value written) {
        Layouts layouts = chosen(op, written);
        if (op.kind() == Operator.Kind.CONVOLUTION
                || op.kind() == Operator.Kind.MATRIX && op.reads().size() == 1) {
            layouts.writer.weightBytes =
                    op.inChannels() / op.groups() * op.outChannels() * op.kernelArea() * FLOAT_BYTES;
        }
        return layouts;
    }

    private Layouts chosen(Operator op, OperatorGraph.Value written) {
        return switch (op.kind()) {
            case CONVOLUTION -> convolution(op);
            case MATRIX -> {
                KernelCall kernel = kernel(op, KernelCall.Kind.MATRIX, op.inChannels(), op.outChannels());
                yield call(kernel, plain(op.reads().get(0)), false, false, true);
            }
            case POOL, GLOBAL_POOL -> {
                int read = op.reads().get(0);
                boolean worthwhile = op.kind() == Operator.Kind.POOL || values[read].bornBlocked;
                boolean blocked = worthwhile && isWholeBlocks(op.outChannels());
                int input = blocked ? blocked(read) : plain(read);
                KernelCall.Kind kind = blocked ? KernelCall.Kind.POOL : KernelCall.Kind.PLAIN_POOL;
                yield call(kernel(op, kind, 1, op.outChannels()), input, blocked, false, false);
            }
            case ACTIVATION -> activation(op, written);
            case ADD -> addition(op, written);
            case CONCAT -> {
                boolean blocked = op.reads().stream()
                        .allMatch(v -> values[v].bornBlocked
                                && isWholeBlocks(graph.value(v).channels()));
                yield moving(op, written, blocked);
            }
            case VIEW -> {
                int same = plain(op.reads().get(0));
                yield new Layouts(
                        same,
                        false,
                        add(new Call(move(KernelCall.Kind.VIEW, written), List.of(same), same, false, false)));
            }
            case ELEMENTWISE -> moving(op, written, false);
        };
    }

    private Layouts convolution(Operator op) {
        int input = op.reads().get(0);
        if (op.isDepthwise()) {
            boolean blocked = step.isBlocked() && step.isAligned(op.outChannels());
            if (blocked) {
                KernelCall kernel = kernel(op, KernelCall.Kind.DEPTHWISE, 1, step.padded(op.outChannels()));
                return call(kernel, blocked(input), true, true, true);
            }
            return unrolled(op, KernelCall.Kind.PLAIN_DEPTHWISE, 1);
        }
        long in = op.inChannels() / op.groups();
        boolean pointwise = op.kernelArea() == 1;
        if (op.groups() == 1 && step.isBlocked() && in < step.block()) {
            KernelCall.Kind kind = pointwise ? KernelCall.Kind.FIRST_POINTWISE : KernelCall.Kind.FIRST;
            return call(kernel(op, kind, in, step.padded(op.outChannels())), plain(input), true, true, true);
        }
        boolean blocked = step.isBlocked()
                && (op.groups() == 1
                        ? step.isAligned(in)
                        : isWholeBlocks(in) && isWholeBlocks(op.outChannels() / op.groups()));
        if (blocked) {
            KernelCall.Kind kind = pointwise ? KernelCall.Kind.POINTWISE : KernelCall.Kind.SPATIAL;
            KernelCall kernel = kernel(op, kind, step.padded(in), step.padded(op.outChannels()));
            return call(kernel, blocked(input), true, true, true);
        }
        KernelCall.Kind kind = pointwise ? KernelCall.Kind.PLAIN_POINTWISE : KernelCall.Kind.PLAIN_SPATIAL;
        return unrolled(op, kind, in);
    }

    private Layouts unrolled(Operator op, KernelCall.Kind kind, long in) {
        Layouts layouts =
                call(kernel(op, kind, in, op.outChannels()), plain(op.reads().get(0)), false, true, true);
        layouts.writer.scratchBytes = unrolledBytes(op, in);
        return layouts;
    }

    /** Source: MLAS, {@code MlasConvPrepare}, for one thread. */
    private static long unrolledBytes(Operator op, long in) {
        boolean asItIs = op.kernelArea() == 1
                && op.window().stride() == 1
                && !op.window().padded();
        if (asItIs) {
            return 0;
        }
        boolean all = op.outChannels() / op.groups() > op.outputPositions();
        return all ? in * op.kernelArea() * op.outputPositions() * FLOAT_BYTES : UNROLLED_BYTES;
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
                int summand = blocked ? blocked(other) : plain(other);
                writer.kernel = adding(writer.kernel);
                writer.reads.add(summand);
                writer.overwrites.add(summand);
                // It runs once the other summand is there.
                calls.remove(writer);
                calls.add(writer);
                return values[own];
            }
        }
        return moving(op, written, blocked);
    }

    private Layouts moving(Operator op, OperatorGraph.Value written, boolean blocked) {
        List<Integer> inputs =
                op.reads().stream().map(v -> blocked ? blocked(v) : plain(v)).toList();
        KernelCall kernel = move(KernelCall.Kind.ELEMENTWISE, written);
        kernel = blocked ? padded(kernel) : kernel;
        Call call = new Call(kernel, inputs, buffer(kernel), false, false);
        if (op.kind() != Operator.Kind.CONCAT) {
            inputs.stream()
                    .filter(input -> buffers.get(input).equals(buffers.get(call.writes)))
                    .forEach(call.overwrites::add);
        }
        return new Layouts(call.writes, blocked, add(call));
    }

    private boolean isReadOnce(int value) {
        return graph.value(value).uses() == 1 && !graph.value(value).isOutput();
    }

    private boolean isWholeBlocks(long channels) {
        return step.isBlocked() && channels % step.block() == 0;
    }

    private int plain(int value) {
        Layouts layouts = values[value];
        if (layouts.plain == NONE) {
            KernelCall kernel = move(KernelCall.Kind.REORDER_OUT, graph.value(value));
            Call reorder = reorder(kernel, layouts.blocked);
            // The runtime visits these before anything else that reads the value.
            calls.add(calls.indexOf(layouts.writer) + 1, reorder);
            layouts.plain = reorder.writes;
        }
        return layouts.plain;
    }

    private int blocked(int value) {
        Layouts layouts = values[value];
        if (layouts.blocked == NONE) {
            KernelCall kernel = padded(move(KernelCall.Kind.REORDER_IN, graph.value(value)));
            layouts.blocked = add(reorder(kernel, layouts.plain)).writes;
        }
        return layouts.blocked;
    }

    private Call reorder(KernelCall kernel, int from) {
        return new Call(kernel, List.of(from), buffer(kernel), false, false);
    }

    private Layouts call(
            KernelCall kernel, int input, boolean blocked, boolean takesAddition, boolean takesActivation) {
        Call call = new Call(kernel, List.of(input), buffer(kernel), takesAddition, takesActivation);
        return new Layouts(call.writes, blocked, add(call));
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
