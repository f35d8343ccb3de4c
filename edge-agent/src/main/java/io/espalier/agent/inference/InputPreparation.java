package io.espalier.agent.inference;

import com.google.protobuf.ByteString;
import io.espalier.proto.v1.InputContract;
import io.espalier.proto.v1.Sample;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Applies an input contract: {@code value = (raw * scale - mean[channel]) / std[channel]}.
 *
 * <p><i>Shape:</i> {@code [C, H, W]} or {@code [H, W, C]} by the contract's layout; a vector is one channel unless the contract
 * has a mean or std for each of its elements. <i>Cost:</i> one table look-up a byte.
 */
public final class InputPreparation {
    private static final int BYTE_VALUES = 256;

    private final int elements;
    private final int channels;
    /** Neighbouring elements that share a channel; 1 where channels alternate. */
    private final int run;

    private final float[] factor;
    private final float[] offset;
    private final float[][] ofByte;

    public InputPreparation(InputContract contract, TensorShape modelInput) throws ModelUnusableException {
        List<Integer> shape = contract.getShapeList();
        long declared = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
        elements = modelInput.elements();
        if (!shape.isEmpty() && declared != elements) {
            throw new ModelUnusableException("the input contract says " + shape + ", the model takes "
                    + modelInput.dimensions() + ": they must have as many elements");
        }
        int perElement = Math.max(contract.getMeanCount(), contract.getStdCount());
        boolean last = contract.getLayout() == InputContract.Layout.LAYOUT_NHWC || shape.size() < 2;
        int declaredChannels = shape.isEmpty() ? 1 : last ? shape.get(shape.size() - 1) : shape.get(0);
        channels = perElement == declaredChannels ? declaredChannels : 1;
        run = last ? 1 : elements / channels;
        factor = new float[channels];
        offset = new float[channels];
        ofByte = new float[channels][BYTE_VALUES];
        float scale = contract.getScale() == 0 ? 1 : contract.getScale();
        for (int c = 0; c < channels; c++) {
            float std = at(contract.getStdList(), c, 1, "std");
            float mean = at(contract.getMeanList(), c, 0, "mean");
            factor[c] = scale / std;
            offset[c] = mean / std;
            for (int raw = 0; raw < BYTE_VALUES; raw++) {
                ofByte[c][raw] = (raw * scale - mean) / std;
            }
        }
    }

    private float at(List<Float> values, int channel, float byDefault, String what) throws ModelUnusableException {
        if (values.isEmpty()) {
            return byDefault;
        }
        if (values.size() != 1 && values.size() != channels) {
            throw new ModelUnusableException("the input contract has " + values.size() + " values of " + what + " for "
                    + channels + " channels");
        }
        float value = values.size() == 1 ? values.get(0) : values.get(channel);
        if (!Float.isFinite(value) || (value == 0 && what.equals("std"))) {
            throw new ModelUnusableException("the input contract has " + what + " = " + value);
        }
        return value;
    }

    /** Writes the model-space values of a raw sample. */
    public void write(Sample sample, FloatBuffer target) throws ModelUnusableException {
        switch (sample.getValuesCase()) {
            case UINT8 -> writeBytes(sample.getUint8(), target);
            case FLOAT32 -> writeFloats(sample.getFloat32(), target);
            case VALUES_NOT_SET -> throw new ModelUnusableException("a sample has no values");
        }
    }

    public void writeBytes(ByteString raw, FloatBuffer target) throws ModelUnusableException {
        check(raw.size());
        for (int i = 0; i < elements; i++) {
            target.put(i, ofByte[i / run % channels][raw.byteAt(i) & 0xff]);
        }
    }

    private void writeFloats(ByteString raw, FloatBuffer target) throws ModelUnusableException {
        check(raw.size() / Float.BYTES);
        ByteBuffer floats = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            int channel = i / run % channels;
            target.put(i, floats.getFloat(i * Float.BYTES) * factor[channel] - offset[channel]);
        }
    }

    private void check(int given) throws ModelUnusableException {
        if (given != elements) {
            throw new ModelUnusableException("a sample has " + given + " values, the model takes " + elements);
        }
    }
}
