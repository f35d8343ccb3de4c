package io.espalier.benchmarks.device;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an application would write that has ONNX Runtime to itself: one thread, tensors made once. */
final class BareRuntime implements AutoCloseable {
    private final OrtSession session;
    private final FloatBuffer input;
    private final FloatBuffer output;
    private final OnnxTensor inputTensor;
    private final OnnxTensor outputTensor;
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, OnnxTensor> outputs;

    BareRuntime(Path model) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            session = environment.createSession(model.toString(), options);
        }
        String inputName = session.getInputNames().iterator().next();
        String outputName = session.getOutputNames().iterator().next();
        long[] inputShape = shape(session.getInputInfo().get(inputName));
        long[] outputShape = shape(session.getOutputInfo().get(outputName));
        input = buffer(inputShape);
        output = buffer(outputShape);
        inputTensor = OnnxTensor.createTensor(environment, input, inputShape);
        outputTensor = OnnxTensor.createTensor(environment, output, outputShape);
        inputs = Map.of(inputName, inputTensor);
        outputs = Map.of(outputName, outputTensor);
    }

    private static long[] shape(@Nullable NodeInfo node) {
        long[] shape = ((TensorInfo) Objects.requireNonNull(node).getInfo()).getShape();
        shape[0] = 1;
        return shape;
    }

    private static FloatBuffer buffer(long[] shape) {
        int elements = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        return ByteBuffer.allocateDirect(elements * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    String inputName() {
        return inputs.keySet().iterator().next();
    }

    void infer(float[] values, float[] answer) throws OrtException {
        input.put(0, values);
        session.run(inputs, outputs).close();
        output.get(0, answer);
    }

    @Override
    public void close() throws OrtException {
        inputTensor.close();
        outputTensor.close();
        session.close();
    }
}
