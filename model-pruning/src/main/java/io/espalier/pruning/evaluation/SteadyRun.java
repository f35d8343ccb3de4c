package io.espalier.pruning.evaluation;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs a model on batches of one size, again and again in the same memory: input and outputs lie in buffers outside the
 * heap that ONNX Runtime reads and writes as they are. Close it to give them back.
 *
 * <p><b>Cost:</b> one batch of input and one of outputs.
 */
final class SteadyRun implements AutoCloseable {
    private final OrtSession session;
    private final int batch;
    private final FloatBuffer input;
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();
    private final FloatBuffer[] parts;
    private final int[] partSizes;

    /**
     * @param dimensions of the input, the batch first
     * @param outputNames in the order in which a sample's row has them
     * @param outputSizes numbers of a sample's row for each of them
     */
    SteadyRun(OrtSession session, String inputName, long[] dimensions, List<String> outputNames, int[] outputSizes)
            throws OrtException {
        this.session = session;
        this.batch = Math.toIntExact(dimensions[0]);
        this.input = room(dimensions);
        this.inputs = Map.of(inputName, OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), input, dimensions));
        this.parts = new FloatBuffer[outputNames.size()];
        this.partSizes = outputSizes;
        try {
            provideOutputs(outputNames);
        } catch (OrtException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Only a run tells the shapes of outputs for this size of batch. */
    private void provideOutputs(List<String> names) throws OrtException {
        try (OrtSession.Result result = session.run(inputs, Set.copyOf(names))) {
            for (int o = 0; o < parts.length; o++) {
                String name = names.get(o);
                OnnxTensor output = OnnxModel.checked(name, result, batch, partSizes[o]);
                long[] shape = output.getInfo().getShape();
                parts[o] = room(shape);
                outputs.put(name, OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), parts[o], shape));
            }
        }
    }

    private static FloatBuffer room(long[] shape) {
        long values = 1;
        for (long dimension : shape) {
            values = Math.multiplyExact(values, dimension);
        }
        return ByteBuffer.allocateDirect(Math.toIntExact(Math.multiplyExact(values, Float.BYTES)))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /** Samples in each batch. */
    int batch() {
        return batch;
    }

    /** Zeros for all samples. */
    void clear() {
        for (int i = 0; i < input.capacity(); i++) {
            input.put(i, 0);
        }
    }

    /** Puts values in place of those of the first samples; those of the others stay. */
    void set(float[] values, int from, int length) {
        input.put(0, values, from, length);
    }

    /** Runs the batch and writes the rows of its first samples one after another to {@code rows} from an index on. */
    void run(float[] rows, int from, int samples) throws OrtException {
        session.run(inputs, outputs).close();
        int at = from;
        for (int sample = 0; sample < samples; sample++) {
            for (int o = 0; o < parts.length; o++) {
                parts[o].get(sample * partSizes[o], rows, at, partSizes[o]);
                at += partSizes[o];
            }
        }
    }

    @Override
    public void close() {
        outputs.values().forEach(OnnxTensor::close);
        inputs.values().forEach(OnnxTensor::close);
    }
}
