package io.espalier.pruning.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The four files of MNIST and its many successors, plain or gzipped; bytes only. May bring a {@code classes.txt}. */
final class IdxFormat implements DatasetFormat {
    private static final int BYTES_1D = 0x0801;
    private static final int BYTES_3D = 0x0803;
    private static final int BYTES_4D = 0x0804;
    private static final String LABELS = "-labels-idx1-ubyte";
    private static final String CLASS_NAMES = "classes.txt";
    private static final String FETCH_AGAIN = "copy or download it again";
    private static final int CLASS_NAMES_LIMIT_BYTES = 1 << 20;

    @Override
    public boolean recognises(List<String> files) {
        return files.stream().anyMatch(file -> canonical(file).endsWith("-images-idx3-ubyte"));
    }

    @Override
    public Dataset read(FileTree files, DatasetOptions options) throws IOException {
        ByteSamples train = part(files, "train", options);
        ByteSamples test = part(files, "t10k", options);
        int classes = 1 + Math.max(highestLabel(train), highestLabel(test));
        List<String> names = options.labelled() ? classNames(files, classes) : List.of();
        return new Dataset(ContentDigest.of(names, train, test), names, train, test);
    }

    /** One a line from {@value #CLASS_NAMES} where there is such a file, else the labels themselves. */
    private static List<String> classNames(FileTree files, int classes) throws IOException {
        if (!files.files().contains(CLASS_NAMES)) {
            return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        }
        String text = new String(files.read(CLASS_NAMES, CLASS_NAMES_LIMIT_BYTES), StandardCharsets.UTF_8);
        List<String> names = text.strip().lines().map(String::strip).toList();
        if (names.size() < classes) {
            throw new DatasetException(CLASS_NAMES + " names " + names.size() + " classes, but the labels go up to "
                    + (classes - 1) + ": give one name a line for each label from 0");
        }
        return names;
    }

    private static ByteSamples part(FileTree files, String prefix, DatasetOptions options) throws IOException {
        String imageFile = find(files, prefix + "-images-idx3-ubyte");
        String labelFile = options.labelled() ? find(files, prefix + LABELS) : "";
        try (DataInputStream in = open(files, imageFile)) {
            int magic = in.readInt();
            if (magic != BYTES_3D && magic != BYTES_4D) {
                throw notIdx(imageFile, "images", magic, BYTES_3D);
            }
            int count = in.readInt();
            int height = in.readInt();
            int width = in.readInt();
            SampleShape shape = new SampleShape(magic == BYTES_4D ? in.readInt() : 1, height, width);
            if (count < 0) {
                throw new DatasetException(imageFile + " claims to hold " + count + " images: " + FETCH_AGAIN);
            }
            options.requireRoom(imageFile, count, shape.values());
            int[] labels = options.labelled() ? labels(files, labelFile, options) : Samples.noLabels(count);
            if (count != labels.length) {
                throw new DatasetException(imageFile + " holds " + count + " images, but " + labelFile + " holds "
                        + labels.length + " labels: they must come in pairs");
            }
            byte[][] values = new byte[count][];
            for (int i = 0; i < count; i++) {
                byte[] interleaved = in.readNBytes(shape.values());
                if (interleaved.length < shape.values()) {
                    throw new DatasetException(
                            imageFile + " ends after " + i + " of " + count + " images: " + FETCH_AGAIN);
                }
                values[i] = shape.channels() == 1 ? interleaved : Planar.fromInterleaved(interleaved, shape);
            }
            requireEnd(in, imageFile, count + " images");
            return new ByteSamples(shape, values, labels);
        } catch (EOFException | ZipException e) {
            throw damaged(imageFile, e);
        }
    }

    private static int[] labels(FileTree files, String file, DatasetOptions options) throws IOException {
        try (DataInputStream in = open(files, file)) {
            int magic = in.readInt();
            if (magic != BYTES_1D) {
                throw notIdx(file, "labels", magic, BYTES_1D);
            }
            int count = in.readInt();
            if (count < 0) {
                throw new DatasetException(file + " claims to hold " + count + " labels: " + FETCH_AGAIN);
            }
            options.requireRoom(file, count, 1);
            byte[] bytes = in.readNBytes(count);
            if (bytes.length < count) {
                throw new DatasetException(
                        file + " ends after " + bytes.length + " of " + count + " labels: " + FETCH_AGAIN);
            }
            requireEnd(in, file, count + " labels");
            return IntStream.range(0, count).map(i -> bytes[i] & 255).toArray();
        } catch (EOFException | ZipException e) {
            throw damaged(file, e);
        }
    }

    private static DatasetException notIdx(String file, String of, int magic, int expected) {
        return new DatasetException(
                "%s does not begin like an IDX file of %s: 0x%08x, expected 0x%08x. Is it such a file?"
                        .formatted(file, of, magic, expected));
    }

    private static void requireEnd(InputStream in, String file, String claimed) throws IOException {
        if (in.read() >= 0) {
            throw new DatasetException(
                    file + " goes on after the " + claimed + " that its header claims: " + FETCH_AGAIN);
        }
    }

    private static DatasetException damaged(String file, IOException e) {
        String what = e instanceof EOFException ? " ends too soon: " : " cannot be unpacked (" + e.getMessage() + "): ";
        return new DatasetException(file + what + FETCH_AGAIN, e);
    }

    private static String find(FileTree files, String name) {
        return files.files().stream()
                .filter(file -> canonical(file).endsWith(name))
                .findFirst()
                .orElseThrow(() -> {
                    String missing = files.name() + " has no " + name + " (plain or .gz): ";
                    return name.endsWith(LABELS)
                            ? new LabelException(missing + "all four IDX files must be there")
                            : new DatasetException(missing + "give the images to train on and those to test on");
                });
    }

    private static String canonical(String file) {
        String plain = file.endsWith(".gz") ? file.substring(0, file.length() - 3) : file;
        return plain.replace(".idx", "-idx");
    }

    private static DataInputStream open(FileTree files, String file) throws IOException {
        InputStream in = files.open(file);
        return new DataInputStream(
                new BufferedInputStream(file.endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in, 1 << 16));
    }

    private static int highestLabel(Samples samples) {
        return IntStream.range(0, samples.size()).map(samples::label).max().orElse(0);
    }
}
