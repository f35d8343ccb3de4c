package io.espalier.pruning.campaign;

import com.google.protobuf.ByteString;
import io.espalier.proto.v1.Sample;
import io.espalier.pruning.data.ByteSamples;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Layout;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

/** Samples as devices receive them: raw values in the model's layout. */
final class SampleFiles {
    private static final int GOLDEN_SAMPLES = 8;
    private static final long MAX_REPLAY_BYTES = 8L << 20;

    private SampleFiles() {}

    /** Eight samples and what the model answers to them, by which a device checks that it computes the same. */
    static byte[] golden(OnnxClassifier model, Samples samples, InputContract contract) {
        Samples chosen = samples.select(IntStream.range(0, Math.min(GOLDEN_SAMPLES, samples.size()))
                .map(i -> (int) ((long) i * samples.size() / GOLDEN_SAMPLES))
                .toArray());
        float[][] outputs = Evaluator.outputs(model, chosen, contract);
        io.espalier.proto.v1.Samples.Builder file = io.espalier.proto.v1.Samples.newBuilder();
        for (int i = 0; i < chosen.size(); i++) {
            Sample.Builder sample = sample(chosen, i, model.input().layout());
            for (float output : outputs[i]) {
                sample.addExpectedOutput(output);
            }
            file.addSamples(sample);
        }
        return file.build().toByteArray();
    }

    /** Samples to feed a model with, with their labels where they have any, as many as fit in 8 MiB, length-delimited. */
    static byte[] replay(Samples samples, Layout layout, long seed) {
        int valueBytes = samples instanceof ByteSamples ? 1 : Float.BYTES;
        long fitting = MAX_REPLAY_BYTES / ((long) samples.shape().values() * valueBytes + 16);
        Samples chosen = samples.draw((int) Math.max(1, Math.min(fitting, samples.size())), seed);
        io.espalier.proto.v1.Samples.Builder file = io.espalier.proto.v1.Samples.newBuilder();
        for (int i = 0; i < chosen.size(); i++) {
            file.addSamples(sample(chosen, i, layout));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            file.build().writeDelimitedTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        return out.toByteArray();
    }

    private static Sample.Builder sample(Samples samples, int index, Layout layout) {
        Sample.Builder sample = Sample.newBuilder();
        if (samples.label(index) != Samples.NO_LABEL) {
            sample.setLabel(samples.label(index));
        }
        if (samples instanceof ByteSamples bytes) {
            return sample.setUint8(ByteString.copyFrom(bytes.bytes(index, layout)));
        }
        float[] values = new float[samples.shape().values()];
        InputContract.RAW.write(samples, index, layout, values, 0);
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return sample.setFloat32(ByteString.copyFrom(buffer));
    }
}
