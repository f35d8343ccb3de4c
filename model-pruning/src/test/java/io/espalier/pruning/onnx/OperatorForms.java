package io.espalier.pruning.onnx;

import static io.espalier.pruning.onnx.ModelDraft.ints;
import static io.espalier.pruning.onnx.ModelDraft.number;
import static io.espalier.pruning.onnx.ModelDraft.real;
import static io.espalier.pruning.onnx.ModelDraft.text;

import io.espalier.pruning.graph.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** Every operator in every form that an opset gives it, each between a convolution and a dense layer of its own. */
final class OperatorForms {
    private static final int CHANNELS = 6;
    /** Height times width of what a form reads. */
    private static final int MAP = 64;

    /** An operator in one form; {@code features} is how many numbers a sample it makes. */
    record Form(String name, int since, int until, int features, Writer writer) {}

    /** Writes an operator that reads a tensor of [N, 6, 8, 8]; gives back what the operator makes. */
    interface Writer {
        String write(ModelDraft draft, String x);
    }

    private OperatorForms() {}

    /** The forms that an opset has. */
    static List<Form> of(int opset) {
        return forms().filter(form -> form.since() <= opset && opset <= form.until())
                .toList();
    }

    /** Writes a convolution, the form and a dense layer, whose result becomes an output. */
    static void write(ModelDraft draft, Form form, String x) {
        draft.within(form.name());
        String y = form.writer().write(draft, draft.conv(x, 2, CHANNELS));
        draft.output(draft.gemm(draft.flatten(y), form.features(), 3), -1, 3);
    }

    private static Stream<Form> forms() {
        return Stream.of(convolutions(), activations(), pools(), arithmetic(), shapes(), reductions(), cuts())
                .flatMap(forms -> forms);
    }

    private static Form form(String name, int since, int until, int features, Writer writer) {
        return new Form(name, since, until, features, writer);
    }

    private static Form form(String name, int features, Writer writer) {
        return new Form(name, OnnxReader.OLDEST_OPSET, OnnxReader.NEWEST_OPSET, features, writer);
    }

    private static Stream<Form> convolutions() {
        return Stream.of(
                form(
                        "Conv dilated",
                        4 * 16,
                        (d, x) -> d.node("Conv", List.of(x, d.weights(4, 6, 3, 3)), ints("dilations", 2, 2))),
                form(
                        "Conv with asymmetric pads",
                        4 * 16,
                        (d, x) -> d.node(
                                "Conv",
                                List.of(x, d.weights(4, 6, 3, 3), d.weights(4)),
                                ints("pads", 0, 0, 1, 1),
                                ints("strides", 2, 2),
                                ints("kernel_shape", 3, 3))),
                form(
                        "Conv SAME_UPPER",
                        4 * 16,
                        (d, x) -> d.node(
                                "Conv",
                                List.of(x, d.weights(4, 6, 3, 3)),
                                text("auto_pad", "SAME_UPPER"),
                                ints("strides", 2, 2))),
                form(
                        "Conv in groups",
                        4 * MAP,
                        (d, x) -> d.node(
                                "Conv",
                                List.of(x, d.weights(4, 3, 3, 3)),
                                number("group", 2),
                                ints("pads", 1, 1, 1, 1))),
                form(
                        "Conv depthwise",
                        12 * MAP,
                        (d, x) -> d.node(
                                "Conv",
                                List.of(x, d.weights(12, 1, 3, 3)),
                                number("group", 6),
                                ints("pads", 1, 1, 1, 1))),
                form(
                        "BatchNormalization",
                        CHANNELS * MAP,
                        (d, x) -> d.node(
                                "BatchNormalization",
                                List.of(x, d.weights(6), d.weights(6), d.weights(6), d.positive(6)),
                                real("epsilon", 1e-3f))),
                form(
                        "Gemm",
                        5,
                        (d, x) -> d.node(
                                "Gemm",
                                List.of(d.flatten(x), d.weights(CHANNELS * MAP, 5), d.weights(1, 5)),
                                real("alpha", 0.5f),
                                real("beta", 2))),
                form(
                        "Gemm without bias",
                        11,
                        21,
                        5,
                        (d, x) -> d.node(
                                "Gemm", List.of(d.flatten(x), d.weights(5, CHANNELS * MAP)), number("transB", 1))),
                form("MatMul and Add", 5, (d, x) -> d.dense(d.flatten(x), CHANNELS * MAP, 5)));
    }

    private static Stream<Form> activations() {
        return Stream.concat(
                Stream.of("Relu", "LeakyRelu", "Sigmoid", "Tanh", "Elu", "HardSigmoid", "Softplus", "Identity")
                        .map(type -> form(type, CHANNELS * MAP, (d, x) -> d.node(type, List.of(x)))),
                Stream.of(
                        form("HardSwish", 14, 21, CHANNELS * MAP, (d, x) -> d.node("HardSwish", List.of(x))),
                        form("Gelu", 20, 21, CHANNELS * MAP, (d, x) -> d.node("Gelu", List.of(x))),
                        form(
                                "PRelu per channel",
                                CHANNELS * MAP,
                                (d, x) -> d.node("PRelu", List.of(x, d.weights(6, 1, 1)))),
                        form(
                                "PRelu with one slope",
                                CHANNELS * MAP,
                                (d, x) -> d.node("PRelu", List.of(x, d.weights(1)))),
                        form(
                                "Clip attributes",
                                9,
                                10,
                                CHANNELS * MAP,
                                (d, x) -> d.node("Clip", List.of(x), real("min", 0), real("max", 6))),
                        form(
                                "Clip max attribute",
                                9,
                                10,
                                CHANNELS * MAP,
                                (d, x) -> d.node("Clip", List.of(x), real("max", 1))),
                        form(
                                "Clip inputs",
                                11,
                                21,
                                CHANNELS * MAP,
                                (d, x) -> d.node("Clip", List.of(x, d.number(0), d.number(6)))),
                        form(
                                "Clip max input",
                                11,
                                21,
                                CHANNELS * MAP,
                                (d, x) -> d.node("Clip", List.of(x, "", d.number(1)))),
                        form(
                                "Clip min Constant",
                                11,
                                21,
                                CHANNELS * MAP,
                                (d, x) -> d.node("Clip", List.of(x, d.constant(Tensor.ofFloats(new float[] {0}))))),
                        form(
                                "Softmax over the width",
                                CHANNELS * MAP,
                                (d, x) -> d.node("Softmax", List.of(x), number("axis", 3))),
                        form(
                                "Dropout ratio attribute",
                                9,
                                11,
                                CHANNELS * MAP,
                                (d, x) -> d.node("Dropout", List.of(x), real("ratio", 0.3f))),
                        form(
                                "Dropout ratio input and mask",
                                12,
                                21,
                                CHANNELS * MAP,
                                (d, x) -> d.nodes("Dropout", List.of(x, d.number(0.3f)), 2)
                                        .get(0)),
                        form(
                                "Constant floats",
                                12,
                                21,
                                CHANNELS * MAP,
                                (d, x) -> d.node(
                                        "Mul", List.of(x, d.node("Constant", List.of(), real("value_float", 0.5f))))),
                        form(
                                "Constant ints",
                                12,
                                21,
                                CHANNELS * MAP,
                                (d, x) -> d.node(
                                        "Reshape",
                                        List.of(x, d.node("Constant", List.of(), ints("value_ints", 0, -1)))))));
    }

    private static Stream<Form> pools() {
        return Stream.of(
                form(
                        "MaxPool",
                        CHANNELS * 16,
                        (d, x) -> d.node("MaxPool", List.of(x), ints("kernel_shape", 2, 2), ints("strides", 2, 2))),
                form(
                        "MaxPool ceil",
                        10,
                        21,
                        CHANNELS * 16,
                        (d, x) -> d.node(
                                "MaxPool",
                                List.of(x),
                                ints("kernel_shape", 3, 3),
                                ints("strides", 2, 2),
                                number("ceil_mode", 1))),
                form(
                        "MaxPool dilated",
                        10,
                        21,
                        CHANNELS * 16,
                        (d, x) -> d.node("MaxPool", List.of(x), ints("kernel_shape", 3, 3), ints("dilations", 2, 2))),
                form(
                        "MaxPool with indices",
                        CHANNELS * 16,
                        (d, x) -> d.nodes("MaxPool", List.of(x), 2, ints("kernel_shape", 2, 2), ints("strides", 2, 2))
                                .get(0)),
                form(
                        "AveragePool",
                        CHANNELS * 16,
                        (d, x) -> d.node(
                                "AveragePool",
                                List.of(x),
                                ints("kernel_shape", 3, 3),
                                ints("strides", 2, 2),
                                ints("pads", 1, 1, 1, 1),
                                number("count_include_pad", 1))),
                form(
                        "AveragePool SAME_LOWER",
                        CHANNELS * 16,
                        (d, x) -> d.node(
                                "AveragePool",
                                List.of(x),
                                ints("kernel_shape", 3, 3),
                                ints("strides", 2, 2),
                                text("auto_pad", "SAME_LOWER"))),
                form("GlobalAveragePool", CHANNELS, (d, x) -> d.node("GlobalAveragePool", List.of(x))),
                form("GlobalMaxPool", CHANNELS, (d, x) -> d.node("GlobalMaxPool", List.of(x))));
    }

    private static Stream<Form> arithmetic() {
        return Stream.of(
                form("Add", CHANNELS * MAP, (d, x) -> d.node("Add", List.of(x, d.conv(x, 6, 6)))),
                form(
                        "Sum of three",
                        CHANNELS * MAP,
                        (d, x) -> d.node("Sum", List.of(x, d.conv(x, 6, 6), d.node("Relu", List.of(x))))),
                form("Sum of two", CHANNELS * MAP, (d, x) -> d.node("Sum", List.of(x, d.conv(x, 6, 6)))),
                form("Sub", CHANNELS * MAP, (d, x) -> d.node("Sub", List.of(x, d.conv(x, 6, 6)))),
                form(
                        "Mul by a gate",
                        CHANNELS * MAP,
                        (d, x) -> d.node(
                                "Mul",
                                List.of(x, d.node("Sigmoid", List.of(d.node("GlobalAveragePool", List.of(x))))))),
                form("Mul by a constant", CHANNELS * MAP, (d, x) -> d.node("Mul", List.of(d.weights(1, 6, 1, 1), x))),
                form("Add of a constant", CHANNELS * MAP, (d, x) -> d.node("Add", List.of(x, d.weights(6, 1, 1)))),
                form("Sub from a constant", CHANNELS * MAP, (d, x) -> d.node("Sub", List.of(d.weights(6, 1, 1), x))),
                form("Div by a constant", CHANNELS * MAP, (d, x) -> d.node("Div", List.of(x, d.positive(6, 1, 1)))),
                form("Div by a number", CHANNELS * MAP, (d, x) -> d.node("Div", List.of(x, d.number(3)))),
                form(
                        "Min with a number",
                        CHANNELS * MAP,
                        (d, x) -> d.node("Min", List.of(d.node("Relu", List.of(x)), d.number(1)))),
                form("Max with a number", CHANNELS * MAP, (d, x) -> d.node("Max", List.of(d.number(-1), x))),
                form("Max of two tensors", CHANNELS * MAP, (d, x) -> d.node("Max", List.of(x, d.conv(x, 6, 6)))),
                form(
                        "Concat",
                        2 * CHANNELS * MAP,
                        (d, x) -> d.node("Concat", List.of(x, d.node("Relu", List.of(x))), number("axis", 1))),
                form(
                        "Concat on a negative axis",
                        11,
                        21,
                        10 * MAP,
                        (d, x) -> d.node("Concat", List.of(d.conv(x, 6, 4), x), number("axis", -3))));
    }

    private static Stream<Form> shapes() {
        return Stream.of(
                form(
                        "Flatten on a negative axis",
                        11,
                        21,
                        CHANNELS * MAP,
                        (d, x) -> d.node("Flatten", List.of(x), number("axis", -3))),
                form(
                        "Reshape with -1 first",
                        CHANNELS * MAP,
                        (d, x) -> d.node("Reshape", List.of(x, d.ints(-1, CHANNELS * MAP)))),
                form(
                        "Reshape with 0 and -1",
                        CHANNELS * MAP,
                        (d, x) -> d.node("Reshape", List.of(x, d.ints(0, 0, -1)))),
                form(
                        "Reshape and back",
                        CHANNELS * MAP,
                        (d, x) -> d.node(
                                "Reshape",
                                List.of(d.node("Reshape", List.of(x, d.ints(0, -1))), d.ints(-1, CHANNELS, 8, 8)))),
                form(
                        "Reshape allowing zeros",
                        14,
                        21,
                        CHANNELS * MAP,
                        (d, x) -> d.node("Reshape", List.of(x, d.ints(-1, CHANNELS, MAP)), number("allowzero", 1))),
                form("Transpose", CHANNELS * MAP, (d, x) -> d.node("Transpose", List.of(x), ints("perm", 0, 2, 3, 1))),
                form(
                        "Transpose and back",
                        CHANNELS * MAP,
                        (d, x) -> d.node(
                                "Transpose",
                                List.of(d.node("Transpose", List.of(x), ints("perm", 0, 2, 3, 1))),
                                ints("perm", 0, 3, 1, 2))),
                form(
                        "Squeeze of a pooled map",
                        CHANNELS,
                        (d, x) ->
                                d.withAxes("Squeeze", d.node("GlobalAveragePool", List.of(x)), 13, new long[] {2, 3})),
                form(
                        "Squeeze on negative axes",
                        11,
                        21,
                        CHANNELS,
                        (d, x) -> d.withAxes(
                                "Squeeze", d.node("GlobalAveragePool", List.of(x)), 13, new long[] {-1, -2})),
                form(
                        "Squeeze without axes",
                        CHANNELS,
                        (d, x) -> d.node("Squeeze", List.of(d.node("GlobalAveragePool", List.of(x))))),
                form("Unsqueeze", CHANNELS * MAP, (d, x) -> d.withAxes("Unsqueeze", x, 13, new long[] {1, 5})),
                form(
                        "Unsqueeze on a negative axis",
                        11,
                        21,
                        CHANNELS * MAP,
                        (d, x) -> d.withAxes("Unsqueeze", x, 13, new long[] {-1})));
    }

    private static Stream<Form> reductions() {
        return Stream.of(
                form(
                        "ReduceMean",
                        CHANNELS,
                        (d, x) -> d.withAxes("ReduceMean", x, 18, new long[] {2, 3}, number("keepdims", 0))),
                form(
                        "ReduceMean on negative axes",
                        11,
                        21,
                        CHANNELS,
                        (d, x) -> d.withAxes("ReduceMean", x, 18, new long[] {-1, -2})),
                form(
                        "ReduceMean over one axis",
                        CHANNELS * 8,
                        (d, x) -> d.withAxes("ReduceMean", x, 18, new long[] {2}, number("keepdims", 0))),
                form(
                        "ReduceMean that does nothing",
                        18,
                        21,
                        CHANNELS * MAP,
                        (d, x) -> d.node("ReduceMean", List.of(x), number("noop_with_empty_axes", 1))));
    }

    private static Stream<Form> cuts() {
        return Stream.of(
                form(
                        "Slice attributes",
                        9,
                        9,
                        4 * 16,
                        (d, x) -> d.node(
                                "Slice",
                                List.of(x),
                                ints("starts", 1, 2, -4),
                                ints("ends", 5, 6, 100),
                                ints("axes", 1, 2, 3))),
                form(
                        "Slice attributes on all axes",
                        9,
                        9,
                        4 * MAP,
                        (d, x) -> d.node(
                                "Slice",
                                List.of(x),
                                ints("starts", 0, 2, 0, 0),
                                ints("ends", Integer.MAX_VALUE, 6, 8, 8))),
                form(
                        "Slice inputs",
                        10,
                        21,
                        4 * 32,
                        (d, x) -> d.node(
                                "Slice",
                                List.of(x, d.ints(1, 0), d.ints(5, Long.MAX_VALUE), d.ints(1, 2), d.ints(1, 2)))),
                form(
                        "Slice backwards",
                        10,
                        21,
                        CHANNELS * MAP,
                        (d, x) ->
                                d.node("Slice", List.of(x, d.ints(-1), d.ints(Long.MIN_VALUE), d.ints(3), d.ints(-1)))),
                form(
                        "Slice without steps",
                        10,
                        21,
                        3 * MAP,
                        (d, x) -> d.node("Slice", List.of(x, d.ints(3), d.ints(6), d.ints(-3)))),
                form(
                        "Split attribute",
                        9,
                        12,
                        CHANNELS * MAP,
                        (d, x) -> swapped(d, d.nodes("Split", List.of(x), 2, number("axis", 1), ints("split", 2, 4)))),
                form(
                        "Split input",
                        13,
                        21,
                        CHANNELS * MAP,
                        (d, x) -> swapped(d, d.nodes("Split", List.of(x, d.ints(2, 4)), 2, number("axis", 1)))),
                form(
                        "Split into equal parts",
                        9,
                        17,
                        CHANNELS * MAP,
                        (d, x) -> swapped(d, d.nodes("Split", List.of(x), 2, number("axis", 1)))),
                form(
                        "Split by number",
                        18,
                        21,
                        CHANNELS * MAP,
                        (d, x) -> swapped(
                                d, d.nodes("Split", List.of(x), 2, number("axis", 1), number("num_outputs", 2)))),
                form(
                        "Gather of channels",
                        3 * MAP,
                        (d, x) -> d.node("Gather", List.of(x, d.ints(4, 0, 5)), number("axis", 1))),
                form(
                        "Gather of a row",
                        CHANNELS * 8,
                        (d, x) -> d.node(
                                "Gather",
                                List.of(x, d.initializer(Tensor.ofLongs(new long[] {2}))),
                                number("axis", 2))),
                form(
                        "Pad attributes",
                        9,
                        10,
                        9 * 80,
                        (d, x) -> d.node(
                                "Pad", List.of(x), ints("pads", 0, 1, 1, 0, 0, 2, 1, 0), text("mode", "constant"))),
                form("Pad inputs", 11, 21, 9 * 80, (d, x) -> d.node("Pad", List.of(x, d.ints(0, 1, 1, 0, 0, 2, 1, 0)))),
                form(
                        "Pad with a value",
                        11,
                        21,
                        CHANNELS * 80,
                        (d, x) -> d.node("Pad", List.of(x, d.ints(0, 0, 1, 0, 0, 0, 1, 0), d.number(0.5f)))),
                form(
                        "Pad axes",
                        18,
                        21,
                        9 * MAP,
                        (d, x) -> d.node("Pad", List.of(x, d.ints(1, 2), "", d.ints(1)), text("mode", "constant"))),
                form(
                        "Pad by reflection",
                        11,
                        21,
                        CHANNELS * 80,
                        (d, x) -> d.node("Pad", List.of(x, d.ints(0, 0, 1, 0, 0, 0, 1, 0)), text("mode", "reflect"))),
                form(
                        "Pad that cuts",
                        11,
                        21,
                        4 * MAP,
                        (d, x) -> d.node("Pad", List.of(x, d.ints(0, -1, 0, 0, 0, -1, 0, 0)))),
                form(
                        "Pad in front of a convolution",
                        11,
                        21,
                        4 * 16,
                        (d, x) -> d.node(
                                "Conv",
                                List.of(
                                        d.node("Pad", List.of(x, d.ints(0, 0, 0, 0, 0, 0, 1, 1))),
                                        d.weights(4, 6, 3, 3)),
                                ints("strides", 2, 2))));
    }

    /** The second part of a Split before the first. */
    private static String swapped(ModelDraft draft, List<String> parts) {
        return draft.node("Concat", List.of(parts.get(1), parts.get(0)), number("axis", 1));
    }
}
