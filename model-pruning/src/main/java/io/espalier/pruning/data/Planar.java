package io.espalier.pruning.data;

/** Turns samples with interleaved channels into channel-first ones. */
final class Planar {
    private Planar() {}

    static byte[] fromInterleaved(byte[] interleaved, SampleShape shape) {
        byte[] planar = new byte[interleaved.length];
        int area = shape.height() * shape.width();
        for (int c = 0; c < shape.channels(); c++) {
            for (int p = 0; p < area; p++) {
                planar[c * area + p] = interleaved[p * shape.channels() + c];
            }
        }
        return planar;
    }

    static float[] fromInterleaved(float[] interleaved, SampleShape shape) {
        float[] planar = new float[interleaved.length];
        int area = shape.height() * shape.width();
        for (int c = 0; c < shape.channels(); c++) {
            for (int p = 0; p < area; p++) {
                planar[c * area + p] = interleaved[p * shape.channels() + c];
            }
        }
        return planar;
    }
}
