package io.espalier.pruning.data;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An .npz file, or a folder or zip of .npy files, with the names Keras uses: x_train, y_train, x_test, y_test. Without
 * labels, x_train and x_test do.
 */
final class NpzFormat implements DatasetFormat {
    private static final long MAX_SAMPLE_VALUES = 1 << 24;

    @Override
    public boolean recognises(List<String> files) {
        return files.stream().anyMatch(file -> file.equals("x_train.npy"));
    }

    @Override
    public Dataset read(FileTree files, DatasetOptions options) throws IOException {
        Samples train = part(files, "train", options);
        Samples test = part(files, "test", options);
        int classes = options.labelled() ? 1 + Math.max(highestLabel(train), highestLabel(test)) : 0;
        List<String> names =
                IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        return new Dataset(ContentDigest.of(names, train, test), names, train, test);
    }

    private static Samples part(FileTree files, String part, DatasetOptions options) throws IOException {
        try (NpyArray images = array(files, "x_" + part + ".npy", options, MAX_SAMPLE_VALUES)) {
            int[] labels = labels(files, part, options, images.shape().get(0));
            if (images.shape().get(0) != labels.length) {
                throw new DatasetException(
                        "x_" + part + " holds " + images.shape().get(0) + " samples, but y_" + part + " holds "
                                + labels.length + " labels: they must come in pairs");
            }
            boolean channelsFirst = channelsFirst(images.shape(), options);
            SampleShape shape = sampleShape("x_" + part, images.shape(), channelsFirst);
            options.requireRoom("x_" + part, labels.length, (images.isBytes() ? 1L : 4L) * shape.values());
            boolean planar = channelsFirst || shape.channels() == 1;
            if (images.isBytes()) {
                byte[][] values = new byte[labels.length][];
                for (int i = 0; i < values.length; i++) {
                    byte[] row = images.nextBytes();
                    values[i] = planar ? row : Planar.fromInterleaved(row, shape);
                }
                return new ByteSamples(shape, values, labels);
            }
            float[][] values = new float[labels.length][];
            for (int i = 0; i < values.length; i++) {
                float[] row = images.nextFloats();
                requireFinite("x_" + part, i, row);
                values[i] = planar ? row : Planar.fromInterleaved(row, shape);
            }
            return new FloatSamples(shape, values, labels);
        }
    }

    /** Rows of one value are class numbers; longer rows are one-hot. */
    private static int[] labels(FileTree files, String part, DatasetOptions options, long samples) throws IOException {
        String file = "y_" + part + ".npy";
        if (!options.labelled()) {
            options.requireRoom("x_" + part, samples, 4);
            return Samples.noLabels((int) samples);
        }
        try (NpyArray array = array(files, file, options, 1 << 16)) {
            long count = array.shape().get(0);
            options.requireRoom(file, count, 4);
            int[] labels = new int[(int) count];
            for (int i = 0; i < count; i++) {
                float[] row = array.nextFloats();
                labels[i] = row.length == 1 ? classNumber(file, i, row[0]) : oneHot(file, i, row);
            }
            return labels;
        }
    }

    private static int classNumber(String file, int index, float value) {
        if (value != Math.rint(value) || value < 0 || value > 1 << 20) {
            throw new LabelException("Label " + index + " in " + file + " is " + value
                    + ": labels are class numbers from 0, or one-hot rows");
        }
        return (int) value;
    }

    private static int oneHot(String file, int index, float[] row) {
        int best = IntStream.range(0, row.length).reduce(0, (a, b) -> row[b] > row[a] ? b : a);
        for (int i = 0; i < row.length; i++) {
            if (row[i] != (i == best ? 1 : 0)) {
                throw new LabelException("Row " + index + " in " + file
                        + " is not one-hot: give class numbers from 0, or rows of one 1 and zeros");
            }
        }
        return best;
    }

    private static boolean channelsFirst(List<Long> shape, DatasetOptions options) {
        SampleShape expected = options.expected();
        if (shape.size() != 4) {
            return true;
        }
        if (expected != null && shape.get(1) == expected.channels() && shape.get(3) != expected.channels()) {
            return true;
        }
        return shape.get(1) <= 4 && shape.get(3) > 4;
    }

    private static SampleShape sampleShape(String name, List<Long> shape, boolean channelsFirst) {
        return switch (shape.size()) {
            case 2 -> new SampleShape(1, 1, Math.toIntExact(shape.get(1)));
            case 3 -> new SampleShape(1, Math.toIntExact(shape.get(1)), Math.toIntExact(shape.get(2)));
            case 4 -> {
                int a = Math.toIntExact(shape.get(1));
                int b = Math.toIntExact(shape.get(2));
                int c = Math.toIntExact(shape.get(3));
                yield channelsFirst ? new SampleShape(a, b, c) : new SampleShape(c, a, b);
            }
            default ->
                throw new DatasetException(name + " has the shape " + shape
                        + ": give (samples, height, width) or (samples, height, width, channels)");
        };
    }

    private static void requireFinite(String name, int index, float[] row) {
        for (float value : row) {
            if (!Float.isFinite(value)) {
                throw new DatasetException(
                        "Sample " + index + " of " + name + " holds " + value + ": every value must be a number");
            }
        }
    }

    private static NpyArray array(FileTree files, String file, DatasetOptions options, long maxRowValues)
            throws IOException {
        if (!files.files().contains(file)) {
            String missing = files.name() + " has no array '" + file.replace(".npy", "") + "': give "
                    + (options.labelled() ? "x_train, y_train, x_test and y_test" : "x_train and x_test");
            throw file.startsWith("y_") ? new LabelException(missing) : new DatasetException(missing);
        }
        return new NpyArray(file, files.open(file), maxRowValues);
    }

    private static int highestLabel(Samples samples) {
        return IntStream.range(0, samples.size()).map(samples::label).max().orElse(0);
    }
}
