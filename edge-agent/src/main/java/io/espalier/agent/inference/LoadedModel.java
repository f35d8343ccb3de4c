package io.espalier.agent.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * One open session with one input and one output tensor, both made once and used for every run. For one thread at a
 * time.
 *
 * <p><b>What is timed.</b> {@link #runNanos} times {@code session.run} and nothing else: the input is already in the
 * tensor, the output is left in the tensor. Applying the input contract, copying and reading the answer stay outside, for
 * probes, trials, replay and served requests alike.
 */
public final class LoadedModel implements AutoCloseable {
    private final OrtSession session;
    private final int slowdown;
    private final String inputName;
    private final TensorShape inputShape;
    private final FloatBuffer input;
    private final OnnxTensor inputTensor;
    private final Map<String, OnnxTensor> inputs;
    private final String outputName;
    private final TensorShape outputShape;
    private final FloatBuffer output;
    private final OnnxTensor outputTensor;
    private final Map<String, OnnxTensor> outputs;

    private LoadedModel(OrtEnvironment environment, OrtSession session, int slowdown)
            throws OrtException, ModelUnusableException {
        this.session = session;
        this.slowdown = slowdown;
        Map.Entry<String, NodeInfo> in = only(session.getInputInfo(), "input");
        inputName = in.getKey();
        inputShape = floats(in.getValue(), "input " + inputName);
        input = buffer(inputShape);
        inputTensor = OnnxTensor.createTensor(environment, input, inputShape.toArray());
        inputs = Map.of(inputName, inputTensor);
        outputName = session.getOutputInfo().keySet().iterator().next();
        outputShape = firstRun();
        output = buffer(outputShape);
        outputTensor = OnnxTensor.createTensor(environment, output, outputShape.toArray());
        outputs = Map.of(outputName, outputTensor);
    }

    static LoadedModel open(OrtEnvironment environment, OrtSession session, int slowdown)
            throws OrtException, ModelUnusableException {
        try {
            return new LoadedModel(environment, session, slowdown);
        } catch (OrtException | ModelUnusableException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static Map.Entry<String, NodeInfo> only(Map<String, NodeInfo> nodes, String what)
            throws ModelUnusableException {
        if (nodes.size() != 1) {
            throw new ModelUnusableException(
                    "the model has " + nodes.size() + " " + what + "s " + nodes.keySet() + ", this agent serves one");
        }
        return nodes.entrySet().iterator().next();
    }

    private static TensorShape floats(NodeInfo node, String what) throws ModelUnusableException {
        if (!(node.getInfo() instanceof TensorInfo tensor) || tensor.type != OnnxJavaType.FLOAT) {
            throw new ModelUnusableException(what + " is " + node.getInfo() + ", this agent feeds 32-bit floats");
        }
        try {
            return TensorShape.withBatchOfOne(tensor.getShape());
        } catch (IllegalArgumentException e) {
            throw new ModelUnusableException(what + ": " + e.getMessage(), e);
        }
    }

    private TensorShape firstRun() throws OrtException, ModelUnusableException {
        try (OrtSession.Result result = session.run(inputs, Set.of(outputName))) {
            if (result.get(0) instanceof OnnxTensor tensor && tensor.getInfo().type == OnnxJavaType.FLOAT) {
                return TensorShape.withBatchOfOne(tensor.getInfo().getShape());
            }
            throw new ModelUnusableException("output " + outputName + " is not a tensor of 32-bit floats");
        }
    }

    private static FloatBuffer buffer(TensorShape shape) {
        return ByteBuffer.allocateDirect(shape.elements() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    public String inputName() {
        return inputName;
    }

    public TensorShape inputShape() {
        return inputShape;
    }

    public String outputName() {
        return outputName;
    }

    public TensorShape outputShape() {
        return outputShape;
    }

    /** The input tensor's memory: write the next input here, by absolute index. */
    public FloatBuffer input() {
        return input;
    }

    /** The output tensor's memory: holds the latest answer. */
    public FloatBuffer output() {
        return output;
    }

    public void fillInputAtRandom(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < input.capacity(); i++) {
            input.put(i, (float) random.nextDouble());
        }
    }

    /** Runs the model on what is in the input tensor; on a simulated slower device, as often as it is slower. */
    public long runNanos() throws ModelUnusableException {
        try {
            long start = System.nanoTime();
            for (int i = 0; i < slowdown; i++) {
                session.run(inputs, outputs).close();
            }
            return System.nanoTime() - start;
        } catch (OrtException e) {
            throw new ModelUnusableException("inference failed: " + e.getMessage(), e);
        }
    }

    /** Index of the largest output. */
    public int argmax() {
        int best = 0;
        for (int i = 1; i < output.capacity(); i++) {
            if (output.get(i) > output.get(best)) {
                best = i;
            }
        }
        return best;
    }

    @Override
    public void close() {
        outputTensor.close();
        inputTensor.close();
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("Cannot close the session of " + inputName, e);
        }
    }
}
